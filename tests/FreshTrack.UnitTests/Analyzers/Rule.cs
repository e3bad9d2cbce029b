using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Testing;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Testing;

namespace FreshTrack.UnitTests.Analyzers;

/// <summary>Compiles a snippet against the assemblies that the solution itself is compiled with, and compares what a
/// rule says of it.</summary>
internal static class Rule
{
    // The real Npgsql, Cake, logging and FreshTrack assemblies, as this test program loads them; nothing is fetched.
    private static readonly IReadOnlyList<MetadataReference> Loaded =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    /// <param name="source">Where the rule shall speak is marked <c>[|…|]</c>; nowhere else may it.</param>
    public static Task AppliesAsync<TAnalyzer>(string source)
        where TAnalyzer : DiagnosticAnalyzer, new() =>
        RunAsync(new CSharpAnalyzerTest<TAnalyzer, DefaultVerifier>(), source);

    /// <inheritdoc cref="AppliesAsync"/>
    /// <param name="setting">A line of .editorconfig that the rule reads.</param>
    /// <param name="expected">Diagnostics whose message counts too.</param>
    public static Task AppliesWithAsync<TAnalyzer>(string setting, string source, params DiagnosticResult[] expected)
        where TAnalyzer : DiagnosticAnalyzer, new()
    {
        var test = new CSharpAnalyzerTest<TAnalyzer, DefaultVerifier>();
        test.TestState.AnalyzerConfigFiles.Add(("/.editorconfig", $"root = true\n\n[*.cs]\n{setting}\n"));
        test.ExpectedDiagnostics.AddRange(expected);
        return RunAsync(test, source);
    }

    /// <inheritdoc cref="AppliesAsync"/>
    /// <param name="corrected">What the fix makes of it.</param>
    public static Task IsFixedAsync<TAnalyzer, TFix>(string source, string corrected)
        where TAnalyzer : DiagnosticAnalyzer, new()
        where TFix : CodeFixProvider, new() =>
        RunAsync(new CSharpCodeFixTest<TAnalyzer, TFix, DefaultVerifier> { FixedCode = corrected }, source);

    private static Task RunAsync(AnalyzerTest<DefaultVerifier> test, string source)
    {
        test.TestCode = source;
        test.ReferenceAssemblies = new ReferenceAssemblies("loaded");
        test.TestState.AdditionalReferences.AddRange(Loaded);
        if (test is CodeFixTest<DefaultVerifier> fix)
        {
            fix.FixedState.AdditionalReferences.AddRange(Loaded);
        }

        test.SolutionTransforms.Add(
            (solution, project) =>
                solution.WithProjectParseOptions(project, new CSharpParseOptions(LanguageVersion.Latest))
        );
        return test.RunAsync(TestContext.Current.CancellationToken);
    }
}
