using Microsoft.OpenApi;

namespace FreshTrack.Api.Operations;

/// <summary><c>/openapi.json</c>: the API as OpenAPI describes it, for those who generate clients.</summary>
internal static class Description
{
    private const string UserScheme = "user";
    private const string WebhookScheme = "webhook";

    public static IServiceCollection AddDescription(this IServiceCollection services) =>
        services
            .ConfigureHttpJsonOptions(json =>
            {
                json.SerializerOptions.TypeInfoResolverChain.Insert(0, ApiJson.Default);
                json.SerializerOptions.PropertyNamingPolicy = ApiJson.Default.Options.PropertyNamingPolicy;
            })
            .AddOpenApi(openApi =>
                openApi
                    .AddDocumentTransformer(
                        (document, _, _) =>
                        {
                            document.Info = new OpenApiInfo
                            {
                                Title = "FreshTrack",
                                Version = "1",
                                Description = "Cold chains: readings in, alerts and readings out.",
                            };
                            document.Servers = [];
                            document.Components ??= new OpenApiComponents();
                            document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
                            {
                                [UserScheme] = new OpenApiSecurityScheme
                                {
                                    Type = SecuritySchemeType.Http,
                                    Scheme = "bearer",
                                    BearerFormat = "JWT",
                                    Description = "An access token of Stack Auth",
                                },
                                [WebhookScheme] = new OpenApiSecurityScheme
                                {
                                    Type = SecuritySchemeType.ApiKey,
                                    In = ParameterLocation.Header,
                                    Name = "X-API-Key",
                                    Description = "An organization's webhook secret",
                                },
                            };
                            return Task.CompletedTask;
                        }
                    )
                    .AddOperationTransformer(
                        (operation, context, _) =>
                        {
                            var path = new PathString("/" + context.Description.RelativePath);
                            if (ApiPaths.IsApi(path))
                            {
                                var scheme = ApiPaths.IsIngestion(path) ? WebhookScheme : UserScheme;
                                operation.Security =
                                [
                                    new OpenApiSecurityRequirement
                                    {
                                        [new OpenApiSecuritySchemeReference(scheme, context.Document)] = [],
                                    },
                                ];
                            }

                            return Task.CompletedTask;
                        }
                    )
            );

    public static void MapDescription(this IEndpointRouteBuilder routes) => routes.MapOpenApi("/openapi.json");
}
