using System.Text.Json.Nodes;

namespace FreshTrack.IntegrationTests.Api;

public sealed class DescriptionTests(ApiStage stage) : IClassFixture<ApiStage>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task OpenAPI_document_describes_every_endpoint_of_sensors_and_dashboards()
    {
        var document = await DocumentAsync();

        var described = document["paths"]!
            .AsObject()
            .SelectMany(path =>
                path.Value!.AsObject().Select(operation => $"{operation.Key.ToUpperInvariant()} {path.Key}")
            );
        Assert.Equal(
            Isolation
                .IsolationCases.All.Select(known => known.Endpoint)
                .Where(endpoint => endpoint.Contains(" /api/"))
                .Order(),
            described.Where(endpoint => endpoint.Contains(" /api/")).Order()
        );
    }

    [Fact]
    public async Task Answer_has_the_fields_that_its_description_names()
    {
        var place = await Given.AnOrganizationWithAUnit(stage, Cancel);
        await stage.Client.SendAsync(place.Secret, Given.AnUplink(place), Cancel);
        var token = await stage.SignInAsync(place.Organization, Cancel);
        var document = await DocumentAsync();

        var schemas = document["components"]!["schemas"]!;

        foreach (
            var (path, schema) in new[]
            {
                (place.ReadingsPath, schemas["Reading"]!),
                (
                    $"{place.ReadingsPath}?bucket=1d&start=2026-01-01",
                    schemas["BucketsPage"]!["properties"]!["data"]!["items"]!
                ),
                (place.AreasPath, schemas["Area"]!),
            }
        )
        {
            var (_, body) = await stage.Client.ReadAsync(path, token, Cancel);
            var described = schema["$ref"] is { } reference ? schemas[reference.ToString().Split('/')[^1]]! : schema;
            Assert.Equal(
                described["properties"]!.AsObject().Select(property => property.Key),
                body["data"]![0]!.AsObject().Select(property => property.Key)
            );
        }
    }

    [Fact]
    public async Task Parameters_and_credentials_are_described()
    {
        var readings = (await DocumentAsync())["paths"]![
            "/api/orgs/{org}/sites/{site}/areas/{area}/units/{unit}/readings"
        ]!["get"]!;

        Assert.Equal(
            ["org", "site", "area", "unit", "start", "end", "limit", "offset", "cursor", "bucket", "unit"],
            readings["parameters"]!.AsArray().Select(parameter => parameter!["name"]!.ToString())
        );
        Assert.NotNull(readings["security"]![0]!["user"]);
    }

    private async Task<JsonNode> DocumentAsync() =>
        (await stage.Client.ReadAsync("/openapi.json", token: null, Cancel)).Body;
}
