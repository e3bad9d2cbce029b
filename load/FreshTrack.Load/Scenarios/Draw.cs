namespace FreshTrack.Load.Scenarios;

/// <summary>Repeatable random numbers of one arrival (SplitMix64):
/// any thread gets the same ones, and none waits for another.</summary>
internal struct Draw
{
    private const ulong Step = 0x9E3779B97F4A7C15;

    private ulong state;

    private Draw(ulong state) => this.state = state;

    public static Draw Of(int seed, long arrival) => new(((ulong)(uint)seed << 32) ^ ((ulong)arrival * Step));

    public int Below(int limit) => (int)(Next() % (ulong)limit);

    /// <summary>From 0 to below 1.</summary>
    public double Unit() => (Next() >> 11) * (1.0 / (1UL << 53));

    public ulong Next()
    {
        state += Step;
        var mixed = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }
}
