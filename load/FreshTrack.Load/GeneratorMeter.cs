using FreshTrack.Cutover.Evidence;

namespace FreshTrack.Load;

/// <summary>What this process uses from <see cref="Start"/> on.</summary>
internal sealed class GeneratorMeter
{
    private readonly long start = TimeProvider.System.GetTimestamp();
    private readonly TimeSpan cpu = Environment.CpuUsage.TotalTime;
    private readonly TimeSpan pause = GC.GetTotalPauseDuration();
    private readonly int collections = GC.CollectionCount(0);

    private GeneratorMeter() { }

    public static GeneratorMeter Start() => new();

    public GeneratorUse Read()
    {
        var cores = Environment.ProcessorCount;
        var elapsed = TimeProvider.System.GetElapsedTime(start);
        return new GeneratorUse(
            cores,
            Math.Round((Environment.CpuUsage.TotalTime - cpu) / (elapsed * cores), 4),
            GC.CollectionCount(0) - collections,
            Math.Round((GC.GetTotalPauseDuration() - pause).TotalSeconds, 4)
        );
    }
}
