using System.Net;
using System.Text.RegularExpressions;
using FreshTrack.Cutover.Environments;
using FreshTrack.Cutover.Evidence;
using FreshTrack.Cutover.Reporting;

namespace FreshTrack.UnitTests.Reporting;

public sealed partial class ReportPageTests
{
    [Fact]
    public void The_first_screen_names_scenario_limit_and_value()
    {
        var first = Text(Between(ReportPage.Write(SampleRun.Report), "<header", "</header>"));

        Assert.Contains("Fail", first);
        Assert.Contains("readings_24h p95", first);
        Assert.Contains("< 150 ms", first);
        Assert.Contains("415.999 ms", first);
    }

    [Fact]
    public void Requests_that_fail_fast_do_not_hide_slow_ones()
    {
        var load = SampleRun.Passed.Evidence.Load!;
        var hidden = load.Scenarios[0] with { OkLatency = new Latency(120, 130, 188, 199, 200, 125) };

        var page = Words(
            ReportPage.Write(SampleRun.Passed.With(run => run with { Load = load with { Scenarios = [hidden] } }))
        );

        Assert.Contains("slowest p95 188 ms", page);
        Assert.Contains("p95 188 ms over the limit of 100 ms", page);
        Assert.Contains("p99 199 ms limit 250 ms", page);
    }

    [Theory]
    [InlineData(0, "0 1 seconds")]
    [InlineData(9, "0 2 4 6 8 10 seconds")]
    [InlineData(21, "0 5 10 15 20 25 seconds")]
    [InlineData(44, "0 10 20 30 40 50 seconds")]
    [InlineData(59, "0 15 30 45 60 seconds")]
    public void Time_is_divided_by_round_seconds(int last, string axis)
    {
        var load = SampleRun.Passed.Evidence.Load!;
        var scenario = load.Scenarios[0] with
        {
            PerSecond = [.. Enumerable.Range(0, last + 1).Select(second => new SecondResult(second, 120, 0, 10, 20))],
        };

        Assert.Contains(
            axis,
            Words(
                ReportPage.Write(SampleRun.Passed.With(run => run with { Load = load with { Scenarios = [scenario] } }))
            )
        );
    }

    [Fact]
    public void A_passing_run_has_no_reason_against_it() =>
        Assert.DoesNotContain(
            "readings_24h p95",
            Text(Between(ReportPage.Write(SampleRun.Passed), "<header", "</header>"))
        );

    [Fact]
    public void What_a_table_a_key_or_a_message_holds_stays_text()
    {
        var page = ReportPage.Write(SampleRun.Report);

        Assert.DoesNotContain("<img", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(SampleRun.HostileTable, Text(page));
        Assert.Contains(SampleRun.HostileKey, Text(page));
    }

    [Fact]
    public void A_secret_column_is_named_and_its_values_are_not() =>
        Assert.Multiple(
            () => Assert.Contains("ttn_api_key_encrypted", ReportPage.Write(SampleRun.Report)),
            () => Assert.DoesNotContain(SampleRun.SecretValue, ReportPage.Write(SampleRun.Report))
        );

    [Fact]
    public void Rows_of_both_sides_and_their_difference_stand_beside_each_other() =>
        Assert.Contains("public.sensor_readings 100,000 99,999 −1", Words(ReportPage.Write(SampleRun.Report)));

    [Fact]
    public void The_servers_of_the_run_are_named()
    {
        var environment = new EnvironmentDescription("night", EnvironmentKind.Production)
        {
            Source = new SourceDescription("postgres@db.example.com:5432/postgres", null, null, null, null),
            Target = new TargetDescription("freshtrack@10.0.0.7:5432/freshtrack", "https://store.example.com/b", null),
        };

        var page = Words(ReportPage.Write(SampleRun.Passed.With(run => run with { Environment = environment })));

        Assert.Contains("source postgres@db.example.com:5432/postgres", page);
        Assert.Contains("target freshtrack@10.0.0.7:5432/freshtrack", page);
        Assert.Contains("object store https://store.example.com/b", page);
    }

    [Fact]
    public void Null_and_the_empty_text_are_told_apart() =>
        Assert.Contains("name Freezer <3 NULL", Words(ReportPage.Write(SampleRun.Report)));

    [Fact]
    public void The_page_asks_for_no_address()
    {
        var page = ReportPage.Write(SampleRun.Report);

        Assert.Contains("default-src &#x27;none&#x27;", page);
        Assert.DoesNotContain(
            Reference().Matches(page).Select(match => match.Groups["to"].Value),
            to => !to.StartsWith('#') && to != "data:,"
        );
        Assert.DoesNotContain("url(", page);
    }

    [Fact]
    public void Where_the_folder_lies_is_not_in_the_page() =>
        Assert.Equal(
            ReportPage.Write(SampleRun.Report),
            ReportPage.Write(SampleRun.Report.With(run => run with { Folder = "/elsewhere" }))
        );

    [Fact]
    public void A_run_that_stopped_early_says_what_it_does_not_know()
    {
        var text = Text(
            ReportPage.Write(
                SampleRun.Report.With(run =>
                    run with
                    {
                        Load = null,
                        Manifest = null,
                        Preflight = null,
                        Verification = null,
                    }
                )
            )
        );

        Assert.Contains("No load test was run", text);
        Assert.Contains("Nothing was exported", text);
        Assert.Contains("Source and target were not compared", text);
        Assert.Contains("Nothing was looked at", text);
    }

    [Fact]
    public void A_run_without_a_comparison_does_not_say_that_the_checks_found_nothing()
    {
        var page = ReportPage.Write(SampleRun.Passed.With(run => run with { Verification = null }));

        Assert.Contains("Preflight found nothing; source and target were not compared.", page);
        Assert.DoesNotContain("checks found nothing", page);
    }

    [Fact]
    public void The_first_screen_says_what_was_broken_on_purpose() =>
        Assert.Contains("slow-api injected", Between(ReportPage.Write(SampleRun.Report), "<header", "</header>"));

    [Fact]
    public void A_scenario_without_a_finished_request_has_no_figures()
    {
        var none = new Latency(double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN);
        var scenario = new ScenarioResult("ttn_ingestion", 100, 10, 1000, 0, 0, 0)
        {
            Latency = none,
            ServiceTime = none,
        };
        var run = SampleRun.Report.With(run =>
            run with
            {
                Load = new LoadResult("open-model", SampleRun.Start, [scenario]),
            }
        );

        var page = ReportPage.Write(run);

        Assert.Contains("No request finished", page);
        Assert.DoesNotContain("NaN", page);
        Assert.DoesNotContain("NaN", MarkdownSummary.Write(run));
    }

    [Fact]
    public void Latencies_are_drawn_from_the_percentiles_where_there_is_no_curve()
    {
        var load = SampleRun.Report.Evidence.Load!;

        var page = ReportPage.Write(
            SampleRun.Report.With(run =>
                run with
                {
                    Load = load with
                    {
                        Scenarios = [.. load.Scenarios.Select(scenario => scenario with { Curve = [] })],
                    },
                }
            )
        );

        Assert.Contains("Latency by percentile", page);
    }

    [Fact]
    public void Rows_that_differ_stand_before_what_was_found_earlier()
    {
        var page = ReportPage.Write(SampleRun.Report);

        Assert.True(page.IndexOf("contents of public.units") < page.IndexOf("Before anything moved"));
    }

    [Fact]
    public void Every_chart_has_its_values_as_a_table()
    {
        var page = ReportPage.Write(SampleRun.Report);

        Assert.Equal(6, Regex.Count(page, "<figure class=\"chart\">", RegexOptions.None, TimeSpan.FromSeconds(5)));
        Assert.Equal(
            7,
            Regex.Count(page, "<summary>[^<]*the same as a table</summary>", RegexOptions.None, TimeSpan.FromSeconds(5))
        );
    }

    private static string Between(string text, string from, string to)
    {
        var start = text.IndexOf(from);
        return text[start..text.IndexOf(to, start)];
    }

    private static string Text(string markup) => WebUtility.HtmlDecode(markup);

    private static string Words(string markup) =>
        Text(string.Join(' ', Tag().Replace(markup, " ").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)));

    [GeneratedRegex("<[^>]*>", RegexOptions.None, 5000)]
    private static partial Regex Tag();

    [GeneratedRegex("<[^>]*(href|src|action)=\"(?<to>[^\"]*)\"", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex Reference();
}
