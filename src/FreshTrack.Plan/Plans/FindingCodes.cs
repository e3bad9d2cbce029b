using System.Reflection;

namespace FreshTrack.Plan;

/// <summary>Every kind of finding that preflight can come to. The codes stand in evidence files: they are never
/// renamed.</summary>
public static class FindingCodes
{
    // Plan against catalogs.
    public const string TableNotMapped = "table-not-mapped";
    public const string ColumnNotMapped = "column-not-mapped";
    public const string LeftTableMissing = "left-table-missing";
    public const string MappedTwice = "mapped-twice";
    public const string EntriesDisagree = "entries-disagree";
    public const string TableWithoutKey = "table-without-key";
    public const string SourceTableMissing = "source-table-missing";
    public const string SourceColumnMissing = "source-column-missing";
    public const string SourceUsersMissing = "source-users-missing";
    public const string TargetTableMissing = "target-table-missing";
    public const string TargetColumnMissing = "target-column-missing";
    public const string TargetColumnNotFilled = "target-column-not-filled";
    public const string TargetColumnGenerated = "target-column-generated";
    public const string UserColumnType = "user-column-type";
    public const string UserIdOneSided = "user-id-one-sided";
    public const string NarrowingType = "narrowing-type";
    public const string ExpressionInvalid = "expression-invalid";

    // Rows against types.
    public const string ValueDoesNotFit = "value-does-not-fit";
    public const string ValueDoesNotCast = "value-does-not-cast";
    public const string NullNotAllowed = "null-not-allowed";
    public const string EnumLabelMissing = "enum-label-missing";
    public const string TextNotEncodable = "text-not-encodable";

    // The plan's own checks.
    public const string PlanCheck = "plan-check";
    public const string PlanCheckNotRun = "plan-check-not-run";

    // Rows against constraints.
    public const string UniqueViolated = "unique-violated";
    public const string ForeignKeyViolated = "foreign-key-violated";
    public const string CheckViolated = "check-violated";
    public const string DomainViolated = "domain-violated";
    public const string PartitionMissing = "partition-missing";
    public const string ConstraintNotTestable = "constraint-not-testable";
    public const string ExclusionNotTested = "exclusion-not-tested";
    public const string SequenceOutOfRange = "sequence-out-of-range";
    public const string SequenceNotSet = "sequence-not-set";
    public const string SequenceNotMoved = "sequence-not-moved";

    // Users.
    public const string UserNotFound = "user-not-found";
    public const string UserWithoutEmail = "user-without-email";
    public const string UserEmailTwice = "user-email-twice";
    public const string UserEmailInvalid = "user-email-invalid";
    public const string UserEmailUnconfirmed = "user-email-unconfirmed";
    public const string UserEmailNoCode = "user-email-no-code";
    public const string UserNameTooLong = "user-name-too-long";
    public const string UserPhoneOnly = "user-phone-only";
    public const string UserAnonymous = "user-anonymous";
    public const string UserDeleted = "user-deleted";
    public const string UserDeletedMoves = "user-deleted-moves";
    public const string UserBanned = "user-banned";
    public const string UserSso = "user-sso";
    public const string UserProviderOnly = "user-provider-only";

    // The two servers.
    public const string TargetNotEmpty = "target-not-empty";
    public const string TargetTrigger = "target-trigger";
    public const string TargetRule = "target-rule";
    public const string TargetRowSecurity = "target-row-security";
    public const string EncodingDiffers = "encoding-differs";
    public const string CollationDiffers = "collation-differs";
    public const string CollationNondeterministic = "collation-nondeterministic";
    public const string ExtensionMissing = "extension-missing";
    public const string ExtensionNotNeeded = "extension-not-in-target";
    public const string FreeSpaceShort = "free-space-short";
    public const string FreeSpaceUnknown = "free-space-unknown";
    public const string SourceRightMissing = "source-right-missing";
    public const string TargetRightMissing = "target-right-missing";
    public const string SnapshotNotShared = "snapshot-not-shared";

    /// <summary>These, and those of <see cref="AccountFindingCodes"/> and
    /// <see cref="ReverseFindingCodes"/>.</summary>
    public static IReadOnlySet<string> All { get; } =
        new[] { typeof(FindingCodes), typeof(AccountFindingCodes), typeof(ReverseFindingCodes) }
            .SelectMany(codes => codes.GetFields(BindingFlags.Public | BindingFlags.Static))
            .Select(code => (string)code.GetRawConstantValue()!)
            .ToHashSet();
}
