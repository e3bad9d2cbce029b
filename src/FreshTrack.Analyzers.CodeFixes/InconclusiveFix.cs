using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace FreshTrack.Analyzers.CodeFixes;

/// <summary>FT0002: what was not proven is Inconclusive.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class InconclusiveFix : CodeFixProvider
{
    private const string Title = "Say Inconclusive";

    public override ImmutableArray<string> FixableDiagnosticIds => [PassIsEarnedAnalyzer.Rule.Id];

    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        var root = await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        if (
            root?.FindNode(context.Span, getInnermostNodeForTie: true)
            is not MemberAccessExpressionSyntax { Name.Identifier.Text: "Pass" } pass
        )
        {
            return;
        }

        var inconclusive = pass.WithName(SyntaxFactory.IdentifierName("Inconclusive")).WithTriviaFrom(pass);
        context.RegisterCodeFix(
            CodeAction.Create(
                Title,
                _ => Task.FromResult(context.Document.WithSyntaxRoot(root.ReplaceNode(pass, inconclusive))),
                Title
            ),
            context.Diagnostics
        );
    }
}
