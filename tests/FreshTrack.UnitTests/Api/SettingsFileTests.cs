using FreshTrack.Api;

namespace FreshTrack.UnitTests.Api;

/// <summary>Settings that stand in files, as secrets of containers do.</summary>
public sealed class SettingsFileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("settings-").FullName;
    private readonly Dictionary<string, string> variables = [];

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Any_setting_may_stand_in_the_file_that_its_variable_names()
    {
        Set("FRESHTRACK_DATABASE", "Host=db;Username=freshtrack_api;Password=hunter2\n");
        Set("FRESHTRACK_STACK_AUTH_URL", " https://auth.example.com ");
        Set("FRESHTRACK_STACK_AUTH_PROJECT", "5b1c3c7e-9d0f-4a39-8a55-0d9f6f6f0001");
        Set("FRESHTRACK_WEBHOOK_KEY", Convert.ToBase64String(new byte[32]));
        Set("FRESHTRACK_REDIS_PASSWORD", "hunter3");
        Set("FRESHTRACK_OBJECT_STORE", "http://key:hunter2@store:9000/bucket");
        Set("FRESHTRACK_DRAIN_SECONDS", "7");

        var options = ApiOptions.FromEnvironment(Variable);

        Assert.Equal("Host=db;Username=freshtrack_api;Password=hunter2", options.Database);
        Assert.Equal("https://auth.example.com/", options.StackAuthUrl.AbsoluteUri);
        Assert.Equal("hunter3", options.RedisPassword);
        Assert.Equal("http://store:9000/bucket", options.ObjectStore!.AbsoluteUri);
        Assert.Equal(TimeSpan.FromSeconds(7), options.DrainFor);
    }

    [Theory]
    [InlineData("FRESHTRACK_DATABASE", "Horst=db;Password=hunter2", "is not an Npgsql connection string")]
    [InlineData("FRESHTRACK_DATABASE", "Username=postgres;Password=hunter2", "names no host")]
    [InlineData("FRESHTRACK_DATABASE", " \n", "is empty")]
    [InlineData("FRESHTRACK_STACK_AUTH_URL", "hunter2", "is not an http address")]
    [InlineData("FRESHTRACK_OBJECT_STORE", "key:hunter2@store/bucket", "is not an address")]
    [InlineData("FRESHTRACK_REDIS_PASSWORD", "", "is empty")]
    [InlineData("FRESHTRACK_DRAIN_SECONDS", "hunter2", "cannot be used")]
    [InlineData("FRESHTRACK_NOTIFICATIONS", "hunter2", "cannot be used")]
    public void Wrong_file_is_named_once_and_what_is_in_it_never_shown(string name, string contents, string problem)
    {
        Set(name, contents);

        var refused = Assert.Throws<InvalidSettingsException>(() => ApiOptions.FromEnvironment(Variable));

        var found = Assert.Single(refused.Problems, line => line.StartsWith(name));
        Assert.StartsWith($"{name}_FILE '{variables[name + "_FILE"]}' {problem}", found);
        Assert.DoesNotContain("hunter2", refused.Message);
    }

    [Fact]
    public void File_that_cannot_be_read_is_named_with_what_it_should_hold()
    {
        variables["FRESHTRACK_DATABASE_FILE"] = "/nowhere/api_database";

        var refused = Assert.Throws<InvalidSettingsException>(() => ApiOptions.FromEnvironment(Variable));

        var found = Assert.Single(refused.Problems, line => line.StartsWith("FRESHTRACK_DATABASE"));
        Assert.StartsWith("FRESHTRACK_DATABASE_FILE '/nowhere/api_database' cannot be read: ", found);
        Assert.EndsWith("Expected a file that holds the value of FRESHTRACK_DATABASE and nothing else.", found);
    }

    [Fact]
    public void Setting_and_its_file_together_are_refused()
    {
        Set("FRESHTRACK_REDIS_PASSWORD", "hunter2");
        variables["FRESHTRACK_REDIS_PASSWORD"] = "hunter3";

        var refused = Assert.Throws<InvalidSettingsException>(() => ApiOptions.FromEnvironment(Variable));

        Assert.Contains(
            $"FRESHTRACK_REDIS_PASSWORD and FRESHTRACK_REDIS_PASSWORD_FILE "
                + $"'{variables["FRESHTRACK_REDIS_PASSWORD_FILE"]}' are both set. Keep one of them.",
            refused.Problems
        );
        Assert.DoesNotContain("hunter", refused.Message);
    }

    private string? Variable(string name) => variables.GetValueOrDefault(name);

    private void Set(string name, string contents)
    {
        var file = Path.Combine(folder, name);
        File.WriteAllText(file, contents);
        variables[name + "_FILE"] = file;
    }
}
