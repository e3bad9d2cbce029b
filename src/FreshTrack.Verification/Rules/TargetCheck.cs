using FreshTrack.Verification.Databases;

namespace FreshTrack.Verification.Rules;

/// <summary>A check that reads the target alone: name, subject, and the question in one function.</summary>
internal sealed class TargetCheck(string name, string subject, Func<Session, CancellationToken, Task<Outcome>> ask)
    : ICheck
{
    public string Name => name;

    public string Subject => subject;

    public async Task<Outcome> RunAsync(BothSides sides, CancellationToken cancellationToken)
    {
        await using var target = await sides.Target.OpenSessionAsync(cancellationToken);
        return await ask(target, cancellationToken);
    }
}
