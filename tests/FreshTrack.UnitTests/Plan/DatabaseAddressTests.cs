using FreshTrack.Plan;
using Npgsql;

namespace FreshTrack.UnitTests.Plan;

public sealed class DatabaseAddressTests
{
    [Theory]
    [InlineData("Host=db;Port=6000;Database=fresh;Username=me;Password=p@ss/word")]
    [InlineData("postgres://me:p%40ss%2Fword@db:6000/fresh")]
    [InlineData("postgresql://me:p%40ss%2Fword@db:6000/fresh?sslmode=require&connect_timeout=3")]
    public void Both_forms_are_read(string text)
    {
        var builder = new NpgsqlConnectionStringBuilder(DatabaseAddress.Parse(text));

        Assert.Equal(
            ("db", 6000, "fresh", "me", "p@ss/word"),
            (builder.Host, builder.Port, builder.Database, builder.Username, builder.Password)
        );
        Assert.Equal("me@db:6000/fresh", DatabaseAddress.Describe(builder.ConnectionString));
    }

    [Theory]
    [InlineData("Host=db;Passwrod=hunter2")]
    [InlineData("Host=db;Port=hunter2")]
    [InlineData("Password=hunter2")]
    [InlineData("Host=db;Password=a;hunter2=b")]
    [InlineData("hunter2")]
    [InlineData("mysql://me:hunter2@db/fresh")]
    [InlineData("postgres://me:hunter2@db:port/fresh")]
    [InlineData("postgres://me:hunter2@db/fresh?nope=hunter2")]
    [InlineData("postgres://me:hunter2@db/fresh?sslmode=hunter2")]
    public void A_refusal_never_shows_what_may_be_a_password(string text)
    {
        var error = Assert.Throws<RefusedException>(() => DatabaseAddress.Parse(text));

        Assert.DoesNotContain("hunter2", error.ToString());
    }
}
