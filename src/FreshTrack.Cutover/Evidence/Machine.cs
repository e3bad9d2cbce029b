using System.Runtime.InteropServices;

namespace FreshTrack.Cutover.Evidence;

public static class Machine
{
    /// <summary>What kind of machine this is, not which one: <c>2 cores, 24 GiB, X64, Debian GNU/Linux
    /// 12</c>.</summary>
    public static string Describe()
    {
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (1024.0 * 1024 * 1024);
        return $"{Environment.ProcessorCount} cores, {memory:0} GiB, {RuntimeInformation.OSArchitecture}, "
            + $"{RuntimeInformation.OSDescription}";
    }
}
