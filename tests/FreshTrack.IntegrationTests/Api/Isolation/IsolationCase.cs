namespace FreshTrack.IntegrationTests.Api.Isolation;

/// <summary>What lets a request in.</summary>
public enum Credential
{
    /// <summary>Nothing: the endpoint shows nothing of any organization.</summary>
    None,

    /// <summary>A user's access token.</summary>
    User,

    /// <summary>An organization's webhook secret.</summary>
    WebhookSecret,
}

/// <summary>An endpoint as isolation sees it.</summary>
/// <param name="Endpoint">Method and route pattern: <c>GET /api/orgs/{org}/alerts</c>. {org}, {site}, {area}, {unit},
/// {sensor} and {id} (an alert) are filled in.</param>
/// <param name="Roles">The roles that it lets through; all others get 403 for what is their own.</param>
/// <param name="Body">The JSON body for what belongs to a place; what is the attacker's own is asked for with the
/// victim's ids in the body.</param>
public sealed record IsolationCase(
    string Endpoint,
    Credential Credential,
    IReadOnlyList<string> Roles,
    Func<Place, string>? Body
)
{
    public static readonly IReadOnlyList<string> AllRoles =
    [
        "owner",
        "admin",
        "manager",
        "staff",
        "viewer",
        "inspector",
    ];

    public HttpMethod Method => HttpMethod.Parse(Endpoint.Split(' ')[0]);

    public string Route => Endpoint.Split(' ')[1];

    /// <summary>Shows nothing of any organization, to whomever.</summary>
    public static IsolationCase Open(string endpoint) => new(endpoint, Credential.None, AllRoles, Body: null);

    /// <summary>Every member may read.</summary>
    public static IsolationCase Read(string endpoint) => new(endpoint, Credential.User, AllRoles, Body: null);

    /// <summary>Only these roles may change something.</summary>
    public static IsolationCase Write(string endpoint, IReadOnlyList<string> roles, Func<Place, string> body) =>
        new(endpoint, Credential.User, roles, body);

    /// <summary>The body names whose device it is about.</summary>
    public static IsolationCase Ingest(string endpoint, Func<Place, string> body) =>
        new(endpoint, Credential.WebhookSecret, AllRoles, body);

    public override string ToString() => Endpoint;
}
