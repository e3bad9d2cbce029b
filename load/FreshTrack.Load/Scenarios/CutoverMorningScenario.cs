using FreshTrack.Clients.StackAuth;
using FreshTrack.Cutover.Evidence;

namespace FreshTrack.Load.Scenarios;

/// <summary>The morning after: every uplink that the sensors sent during the window is delivered, while every user
/// signs in and opens the first screen.</summary>
/// <remarks>
/// The Things Network delivers what it could not deliver unchanged, with the time at which it was received: oldest
/// first, all sensors in turn.
/// The users come all at once, as every second arrival; each asks for a session, and with it for areas, newest readings
/// and alerts at once.
/// </remarks>
/// <param name="doorsOpen">Uplinks before the first user.</param>
public sealed class CutoverMorningScenario(LoadTarget target, LoadTransport transport, int seed, long doorsOpen)
    : IScenario
{
    /// <summary>The window of a cutover, in which no uplink is taken.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromHours(2.5);

    /// <summary>The time between two uplinks of a sensor.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);

    private readonly Webhook webhook = new(target, transport);
    private readonly UserCalls calls = new(target, transport);
    private readonly DateTimeOffset windowStart = WholeMicroseconds(target.Clock.GetUtcNow() - Window);
    private readonly long arrivals = Arrivals(target);

    public string Name => ScenarioNames.CutoverMorning;

    /// <summary>The uplinks and the sign-ins of the whole morning. After them it begins again, with deliveries that
    /// repeat the first ones.</summary>
    public static long Arrivals(LoadTarget target) =>
        (target.Devices.Count * (long)(Window / Interval)) + target.Users.Count;

    public ValueTask<RequestOutcome> SendAsync(long arrival, CancellationToken cancellationToken)
    {
        var place = arrival % arrivals;
        var users = UsersBefore(place);
        return UsersBefore(place + 1) > users
            ? OpenAsync(target.Users[(int)users], cancellationToken)
            : DeliverAsync(place - users, cancellationToken);
    }

    /// <summary>Where the uplinks do not suffice for every second arrival, users come alone at the end.</summary>
    private long UsersBefore(long place)
    {
        var uplinks = arrivals - target.Users.Count;
        return Math.Clamp(Math.Max((place - doorsOpen + 1) / 2, place - uplinks), 0, target.Users.Count);
    }

    private async ValueTask<RequestOutcome> DeliverAsync(long number, CancellationToken cancellationToken)
    {
        var (missed, place) = Math.DivRem(number, target.Devices.Count);
        var device = target.Devices[(int)place];
        var received = WholeMicroseconds(windowStart + (Interval * (missed + ((double)place / target.Devices.Count))));
        var uplink = Uplink.Write(device, windowStart.ToUnixTimeSeconds() + missed, received, Draw.Of(seed, number));
        return Whole(
            await TimedAsync(
                "uplink",
                webhook.DeliverAsync(uplink, device.WebhookSecret, expected: null, cancellationToken)
            )
        );
    }

    private async ValueTask<RequestOutcome> OpenAsync(UserTarget user, CancellationToken cancellationToken)
    {
        string? token = null;
        var session = await TimedAsync("session", SignInAsync());
        if (token is null)
        {
            return Whole(session);
        }

        var organization = $"/api/orgs/{user.Organization}";
        var screen = await Task.WhenAll(
            TimedAsync("areas", calls.GetAsync($"{organization}/sites/{user.Site}/areas", token, cancellationToken)),
            TimedAsync("latest", calls.GetAsync($"{organization}/readings/latest", token, cancellationToken)),
            TimedAsync("alerts", calls.GetAsync($"{organization}/alerts", token, cancellationToken))
        );
        return Whole([session, .. screen]);

        async ValueTask<RequestOutcome> SignInAsync()
        {
            try
            {
                token = await user.SignIn(cancellationToken);
                return new RequestOutcome(Succeeded: true, "200", 0);
            }
            catch (StackAuthException)
            {
                return new RequestOutcome(Succeeded: false, "no-session", 0);
            }
        }
    }

    private async Task<(PartOutcome Part, RequestOutcome Outcome)> TimedAsync(
        string name,
        ValueTask<RequestOutcome> call
    )
    {
        var started = target.Clock.GetTimestamp();
        var outcome = await call;
        return (new PartOutcome(name, outcome.Succeeded, target.Clock.GetElapsedTime(started)), outcome);
    }

    /// <summary>Succeeds when all parts do; the outcome is that of the first part that failed.</summary>
    private static RequestOutcome Whole(params (PartOutcome Part, RequestOutcome Outcome)[] parts)
    {
        var telling = parts.FirstOrDefault(part => !part.Part.Succeeded, parts[0]).Outcome;
        return telling with
        {
            Bytes = parts.Sum(part => part.Outcome.Bytes),
            Parts = [.. parts.Select(part => part.Part)],
        };
    }

    /// <summary>As the database keeps time.</summary>
    private static DateTimeOffset WholeMicroseconds(DateTimeOffset time) =>
        time.AddTicks(-(time.UtcTicks % TimeSpan.TicksPerMicrosecond));
}
