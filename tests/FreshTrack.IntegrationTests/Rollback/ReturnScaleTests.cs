using System.Diagnostics;
using FreshTrack.IntegrationTests.Migration;
using FreshTrack.Plan;

namespace FreshTrack.IntegrationTests.Rollback;

/// <summary>How long a return takes. Runs when it is asked for: <c>--explicit only</c>.</summary>
public sealed class ReturnScaleTests(Servers servers, ITestOutputHelper output)
{
    private const string Rows = """
        insert into readings
        select md5('r' || i)::uuid, md5('u' || i % 50)::uuid, (i % 400) / 10.0, (i % 100) + 0.5, i % 101,
            '2026-01-01'::timestamptz + i * interval '5 seconds', '2026-01-01'::timestamptz + i * interval '5 seconds',
            'ttn', jsonb_build_object('temperature', (i % 400) / 10.0, 'n', i)
        from generate_series(1, 1000000) i;
        """;

    private const string Columns = """
        id uuid not null, unit_id uuid not null, temperature numeric(5, 2), humidity numeric(5, 2), battery int,
        recorded_at timestamptz not null, received_at timestamptz not null, source text, payload jsonb
        """;

    private const string Source = $"""
        create schema auth;
        create table auth.users (id uuid primary key, email text, raw_app_meta_data jsonb);
        insert into auth.users values ('00000000-0000-4000-8000-000000000001', 'user1@example.org');
        create table readings ({Columns}, primary key (id));
        create index on readings (unit_id, recorded_at);
        {Rows}
        """;

    private const string Target = $"""
        create table people (id uuid primary key, email text not null);
        create table readings ({Columns}, primary key (id, recorded_at)) partition by range (recorded_at);
        create table readings_1 partition of readings for values from ('2026-01-01') to ('2026-02-01');
        create table readings_2 partition of readings for values from ('2026-02-01') to ('2026-03-01');
        create table readings_3 partition of readings for values from ('2026-03-01') to ('2026-04-01');
        create index on readings (unit_id, recorded_at);
        """;

    private const string Plan = """
        version: 1
        tables:
          - { source: auth.users, target: public.people, users: [id], leave: [raw_app_meta_data] }
          - { source: public.readings, key: [id] }
        """;

    private const string Changes = """
        update readings set temperature = temperature + 1 where id in (
            select md5('r' || i * 200)::uuid from generate_series(1, 5000) i);
        insert into readings select gen_random_uuid(), unit_id, 1, 1, 1, recorded_at + interval '1 second', now(),
            'new', payload from readings where id in (
            select md5('r' || i * 250 + 1)::uuid from generate_series(1, 4000) i);
        delete from readings where id in (select md5('r' || i * 990 + 7)::uuid from generate_series(1, 1000) i);
        """;

    [Fact(Explicit = true)]
    public async Task Ten_thousand_changes_in_a_million_readings_flow_back()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var stage = await ReturnStage.OfAsync(
            await Move.CreateAsync(servers, Source, Target, cancellationToken),
            Plan
        );
        await stage.OnTargetAsync(Changes);

        foreach (var step in ReturnStage.Steps)
        {
            var started = Stopwatch.GetTimestamp();
            var result = await stage.TakeAsync(step);
            Assert.True(result.Verdict == Verdict.Pass, result.Summary);
            output.WriteLine(
                $"{step.Method.Name}: {Stopwatch.GetElapsedTime(started).TotalSeconds:N1} s: {result.Summary}"
            );
        }
    }
}
