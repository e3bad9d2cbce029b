using FreshTrack.Analyzers;
using FreshTrack.Analyzers.CodeFixes;

namespace FreshTrack.UnitTests.Analyzers;

public sealed class SqlFromConstantsTests
{
    [Theory]
    [InlineData("""_ = new NpgsqlCommand([|$"select {name}"|], connection);""")]
    [InlineData("""_ = new NpgsqlCommand([|"select " + name|], connection);""")]
    [InlineData("""_ = new NpgsqlCommand([|name|]);""")]
    [InlineData("""_ = new NpgsqlBatchCommand([|name|]);""")]
    [InlineData("""_ = new NpgsqlBatchCommand { CommandText = [|name|] };""")]
    [InlineData("""_ = database.CreateCommand([|string.Format("select {0}", name)|]);""")]
    [InlineData("""_ = database.CreateCommand([|flag ? "select 1" : name|]);""")]
    [InlineData("""command.CommandText = [|name|];""")]
    [InlineData("""command.CommandText += [|name|];""")]
    [InlineData("""((System.Data.IDbCommand)command).CommandText = [|name|];""")]
    [InlineData("""connection.BeginBinaryImport([|$"copy {name} from stdin (format binary)"|]);""")]
    [InlineData("""connection.BeginBinaryExport([|name|]);""")]
    [InlineData("""connection.BeginTextImport([|name|]);""")]
    [InlineData("""connection.BeginTextExport([|name|]);""")]
    [InlineData("""connection.BeginRawBinaryCopy([|name|]);""")]
    [InlineData("""connection.BeginRawBinaryCopyAsync([|name|], default);""")]
    [InlineData("""_ = new Sql([|name|]);""")]
    [InlineData("""_ = default(Sql) with { Text = [|name|] };""")]
    [InlineData("""new SqlHandler(0, 0).AppendLiteral([|name|]);""")]
    [InlineData("""foreach (var sql in names) { _ = database.CreateCommand([|sql|]); }""")]
    [InlineData("""foreach (var sql in new[] { "select 1", name }) { _ = database.CreateCommand([|sql|]); }""")]
    [InlineData("""var sql = "select 1"; sql += name; _ = database.CreateCommand([|sql|]);""")]
    public Task Text_made_at_run_time_is_refused(string statement) =>
        Rule.AppliesAsync<SqlFromConstantsAnalyzer>(In(statement));

    [Theory]
    [InlineData("""_ = new NpgsqlCommand("select 1", connection);""")]
    [InlineData("""_ = new NpgsqlCommand(Constant, connection);""")]
    [InlineData("""_ = new NpgsqlCommand(Constant + " limit 1", connection);""")]
    [InlineData("""_ = new NpgsqlCommand($"{Constant} limit 1", connection);""")]
    [InlineData("""_ = new NpgsqlCommand(); command.CommandText = "select 1";""")]
    [InlineData("""_ = database.CreateCommand(flag ? Constant : "select 2");""")]
    [InlineData(
        """
            _ = database.CreateCommand(
                name switch { "one" => "select 1", _ => throw new System.ArgumentException(name) });
            """
    )]
    [InlineData("""_ = database.CreateCommand(Sql.Format($"select {new Identifier(name)}").Text);""")]
    [InlineData("""_ = database.CreateCommand(Sql.Format($"select {Sql.Literal(name)}").ToString());""")]
    [InlineData("""_ = database.CreateCommand(expected);""")]
    [InlineData("""foreach (var sql in new[] { "select 1", Constant }) { _ = database.CreateCommand(sql); }""")]
    [InlineData(
        """
            foreach (var sql in (System.ReadOnlySpan<string>)["select 1", Constant])
            { _ = new NpgsqlBatchCommand(sql); }
            """
    )]
    [InlineData("""_ = new Sql("select 1");""")]
    [InlineData("""_ = new NpgsqlConnection(name); command.Parameters.AddWithValue("name", name);""")]
    [InlineData("""_ = new Other { CommandText = name };""")]
    public Task Constants_and_composed_text_are_allowed(string statement) =>
        Rule.AppliesAsync<SqlFromConstantsAnalyzer>(In(statement));

    [Fact]
    public Task An_interpolated_new_Sql_is_turned_into_Sql_Format() =>
        Rule.IsFixedAsync<SqlFromConstantsAnalyzer, SqlFormatFix>(
            In("""_ = new Sql([|$"select {new Identifier(name)}"|]);"""),
            In("""_ = Sql.Format($"select {new Identifier(name)}");""")
        );

    [Fact]
    public Task An_interpolated_command_takes_the_text_of_Sql_Format() =>
        Rule.IsFixedAsync<SqlFromConstantsAnalyzer, SqlFormatFix>(
            In("""_ = database.CreateCommand([|$"select {new Identifier(name)}"|]);"""),
            In("""_ = database.CreateCommand(Sql.Format($"select {new Identifier(name)}").Text);""")
        );

    private static string In(string statement) =>
        $$"""
            using FreshTrack.Plan;
            using Npgsql;
            class Other { public string CommandText { get; set; } = ""; }
            class C
            {
                private const string Constant = "select 2";
                void M(
                    NpgsqlDataSource database, NpgsqlConnection connection, NpgsqlCommand command,
                    string name, string[] names, bool flag,
                    [System.Diagnostics.CodeAnalysis.ConstantExpected] string expected)
                {
                    {{statement}}
                }
            }
            """;
}
