using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace FreshTrack.Analyzers;

/// <summary>FT0003: every Cake task says what a person confirms before it changes production, or that it changes
/// nothing there.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ConfirmedTaskAnalyzer : DiagnosticAnalyzer
{
    public static readonly DiagnosticDescriptor Rule = new(
        "FT0003",
        "A task declares its confirmation",
        "'{0}' {1}",
        "FreshTrack",
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        "A target that changes production without a person's word is one typing error away from an outage.",
        "docs/rules/FT0003.md"
    );

    private const string Confirms = "FreshTrack.Build.CommandLine.ConfirmsAttribute";
    private const string ChangesNothing = "FreshTrack.Build.CommandLine.ChangesNothingAttribute";
    private const string DependentOn = "Cake.Frosting.IsDependentOnAttribute";
    private const string DependeeOf = "Cake.Frosting.IsDependeeOfAttribute";
    private const string Task = "Cake.Frosting.IFrostingTask";

    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [Rule];

    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterSymbolAction(Check, SymbolKind.NamedType);
    }

    private static void Check(SymbolAnalysisContext context)
    {
        var type = (INamedTypeSymbol)context.Symbol;
        if (
            type is { TypeKind: TypeKind.Class, IsAbstract: false }
            && type.AllInterfaces.Any(contract => contract.ToDisplayString() == Task)
            && Problem(type) is { } problem
        )
        {
            context.ReportDiagnostic(Diagnostic.Create(Rule, type.Locations[0], type.Name, problem));
        }
    }

    private static string? Problem(INamedTypeSymbol task) =>
        (Find(task, Confirms).FirstOrDefault(), Find(task, ChangesNothing).Any()) switch
        {
            (null, false) => "does not say whether it changes production; "
                + "declare [Confirms(\"what a person confirms, and how\")] or [ChangesNothing]",
            (not null, true) => "declares both [Confirms] and [ChangesNothing]; keep the one that is true",
            (null, true) when Confirmed(new(SymbolEqualityComparer.Default), task) is { } dependency =>
                $"declares [ChangesNothing] but runs '{dependency.Name}', which changes production; "
                    + "declare [Confirms] here too",
            (not null, false)
                when Relatives(task, DependeeOf).FirstOrDefault(dependee => Find(dependee, ChangesNothing).Any())
                    is { } dependee =>
                $"changes production and runs before '{dependee.Name}', which declares [ChangesNothing]; "
                    + "declare [Confirms] there too",
            ({ } confirms, false)
                when confirms.ConstructorArguments.Any(argument =>
                    argument.Value is string said && said.Trim().Length == 0
                ) => "declares a confirmation without words; say what a person confirms, and how",
            _ => null,
        };

    // Cake itself refuses a circle; the compiler must survive it.
    private static INamedTypeSymbol? Confirmed(HashSet<ISymbol> seen, INamedTypeSymbol task) =>
        Relatives(task, DependentOn)
            .FirstOrDefault(relative =>
                seen.Add(relative) && (Find(relative, Confirms).Any() || Confirmed(seen, relative) is not null)
            );

    private static IEnumerable<INamedTypeSymbol> Relatives(INamedTypeSymbol task, string relation) =>
        Find(task, relation)
            .SelectMany(attribute => attribute.ConstructorArguments)
            .Select(argument => argument.Value)
            .OfType<INamedTypeSymbol>();

    private static IEnumerable<AttributeData> Find(INamedTypeSymbol task, string attribute) =>
        task.GetAttributes().Where(data => data.AttributeClass?.ToDisplayString() == attribute);
}
