using System.Globalization;

namespace FreshTrack.Load.Scenarios;

/// <summary>A dashboard opens a unit: its readings of the last 24 hours, every unit as likely as any other.</summary>
public sealed class Readings24hScenario(LoadTarget target, LoadTransport transport, int seed) : IScenario
{
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    private readonly string[] paths =
        [.. target.Units.Select(unit => $"{target.Api.AbsoluteUri.TrimEnd('/')}/api/orgs/{unit.Organization}/sites/{unit.Site}/areas/{unit.Area}/units/{unit.Unit}/readings")];

    private readonly string[] authorizations = [.. target.Units.Select(unit => $"Bearer {unit.BearerToken}")];

    public string Name => "readings_24h";

    public async ValueTask<RequestOutcome> SendAsync(long arrival, CancellationToken cancellationToken)
    {
        var unit = Draw.Of(seed, arrival).Below(paths.Length);
        var end = target.Clock.GetUtcNow();
        var address = string.Create(CultureInfo.InvariantCulture,
            $"{paths[unit]}?start={end.AddHours(-24).ToString(TimeFormat, CultureInfo.InvariantCulture)}&end={end.ToString(TimeFormat, CultureInfo.InvariantCulture)}");
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.TryAddWithoutValidation("Authorization", authorizations[unit]);
        return await transport.SendAsync(request, expected: null, json: true, cancellationToken);
    }
}
