using System.ComponentModel;
using Cake.Core.Diagnostics;
using Spectre.Console.Cli;

namespace Cake.Frosting;

/// <summary>Cake's switches. What is not listed here goes to the tasks as an argument.</summary>
internal sealed class FrostingSettings : CommandSettings
{
    [CommandOption("-t|--target <TARGET>")]
    [DefaultValue("Default")]
    [Description("Target task to invoke.")]
    public string Target { get; set; } = "Default";

    [CommandOption("-w|--working <PATH>")]
    [Description("Sets the working directory.")]
    public string? WorkingDirectory { get; set; }

    [CommandOption("-v|--verbosity <VERBOSITY>")]
    [Description("Amount of information to be displayed: quiet, minimal, normal, verbose or diagnostic.")]
    [TypeConverter(typeof(Cli.VerbosityConverter))]
    [DefaultValue(Verbosity.Normal)]
    public Verbosity Verbosity { get; set; }

    [CommandOption("--description|--descriptions|--showdescription|--showdescriptions")]
    [Description("Shows description for each task.")]
    public bool Description { get; set; }

    [CommandOption("--tree|--showtree")]
    [Description("Shows the task dependency tree.")]
    public bool Tree { get; set; }

    [CommandOption("--dryrun|--noop|--whatif")]
    [Description("Performs a dry run.")]
    public bool DryRun { get; set; }

    [CommandOption("-e|--exclusive")]
    [Description("Executes the target task without any dependencies.")]
    public bool Exclusive { get; set; }

    [CommandOption("--version|--ver")]
    [Description("Displays version information.")]
    public bool Version { get; set; }

    [CommandOption("--info")]
    [Description("Displays additional information about Cake.")]
    public bool Info { get; set; }
}
