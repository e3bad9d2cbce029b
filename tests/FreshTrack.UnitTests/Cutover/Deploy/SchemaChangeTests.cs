using FreshTrack.Cutover.Deploy;
using FreshTrack.Fixtures.Images;

namespace FreshTrack.UnitTests.Cutover.Deploy;

/// <summary>Expand first, contract later: while versions of the API change, the older one still reads the
/// schema.</summary>
public sealed class SchemaChangeTests
{
    /// <summary>The last script of the first release: before it nothing ran that could have read the schema.</summary>
    private const string FirstRelease = "0019";

    [Theory]
    [InlineData("alter table units drop column name")]
    [InlineData("alter table units add column a int,\n  drop name")]
    [InlineData("DROP TABLE public.units")]
    [InlineData("alter table units rename column name to title")]
    [InlineData("alter table units alter column name set not null")]
    [InlineData("alter table units alter name type varchar(5)")]
    [InlineData("alter table units add constraint short check (length(name) < 5)")]
    [InlineData("create unique index on units (name)")]
    [InlineData("drop function api.tell(text)")]
    [InlineData("revoke select on units from freshtrack_api")]
    [InlineData("delete from units")]
    [InlineData("alter table units add column title text not null")]
    [InlineData("do $$ begin drop table units; end $$")]
    public void What_an_older_version_may_stumble_over_is_found(string statement)
    {
        var found = Assert.Single(SchemaChange.Find($"-- A script.\n\nselect 1;\n-- Why.\n{statement};\nselect 2;"));

        Assert.Equal(5, found.Line);
        Assert.StartsWith(statement.Split(' ')[0], found.Statement);
    }

    [Theory]
    [InlineData("alter table units add column title text default 'drop column'")]
    [InlineData("create table api.x (id int primary key, name text not null unique)")]
    [InlineData("create index on units (name)")]
    [InlineData("alter table units add column title text not null default '', add column n int")]
    [InlineData("alter table units alter column name drop not null")]
    [InlineData("alter table units alter column name drop default")]
    [InlineData("create function f() returns void language sql as $$ delete from x; drop table y; $$")]
    [InlineData("-- drop table units\nselect 1")]
    [InlineData("-- nothing reads it: since 1.3.0\nalter table units drop column name")]
    public void What_is_only_added_and_what_nothing_reads_is_not(string statement) =>
        Assert.Empty(SchemaChange.Find($"select 1;\n{statement};"));

    [Fact]
    public void Excuse_counts_for_its_own_statement_and_needs_a_reason()
    {
        const string Script = """
            -- nothing reads it: since 1.3.0
            drop table a;
            drop table b;
            -- nothing reads it:
            drop table c;
            """;

        Assert.Equal(["drop table b", "drop table c"], SchemaChange.Find(Script).Select(change => change.Statement));
    }

    [Fact]
    public void Scripts_since_the_first_release_only_add()
    {
        var folder = Path.Combine(RepositoryRoot.Find(), "src", "FreshTrack.Api", "Schema");
        var scripts = Directory
            .GetFiles(folder, "*.sql")
            .Where(file => string.CompareOrdinal(Path.GetFileName(file)[..4], FirstRelease) > 0);

        Assert.All(scripts, file => Assert.Empty(SchemaChange.Find(File.ReadAllText(file))));
    }
}
