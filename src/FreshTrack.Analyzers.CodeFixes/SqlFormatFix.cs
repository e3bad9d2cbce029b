using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace FreshTrack.Analyzers.CodeFixes;

/// <summary>FT0001: an interpolated string goes through <c>Sql.Format</c>;
/// what then does not compile in it is what was not quoted.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class SqlFormatFix : CodeFixProvider
{
    private const string Title = "Compose it with Sql.Format";

    public override ImmutableArray<string> FixableDiagnosticIds => [SqlFromConstantsAnalyzer.Rule.Id];

    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        var root = await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        if (root?.FindNode(context.Span, getInnermostNodeForTie: true) is not InterpolatedStringExpressionSyntax text)
        {
            return;
        }

        // new Sql($"…") as a whole becomes Sql.Format($"…"); elsewhere the text of it is wanted.
        SyntaxNode wrong = text.Parent?.Parent?.Parent
            is ObjectCreationExpressionSyntax { Type: SimpleNameSyntax { Identifier.Text: "Sql" } } creation
            ? creation
            : text;
        var right = SyntaxFactory
            .ParseExpression($"Sql.Format({text}){(wrong == text ? ".Text" : "")}")
            .WithTriviaFrom(wrong);
        context.RegisterCodeFix(
            CodeAction.Create(
                Title,
                _ => Task.FromResult(context.Document.WithSyntaxRoot(root.ReplaceNode(wrong, right))),
                Title
            ),
            context.Diagnostics
        );
    }
}
