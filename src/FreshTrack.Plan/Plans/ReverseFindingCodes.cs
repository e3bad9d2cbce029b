namespace FreshTrack.Plan;

/// <summary>What the reverse preflight can come to; the codes stand in evidence files and are never renamed.</summary>
public static class ReverseFindingCodes
{
    // A notice: nothing is lost that the source ever had.
    public const string ColumnOfTarget = "reverse-column-of-target";
    public const string ColumnLeft = "reverse-column-left";
    public const string OwnColumn = "reverse-own-column";
    public const string SequenceMoves = "reverse-sequence-moves";

    // Rows may be refused, or cannot go back.
    public const string TableNotReturned = "reverse-table-not-returned";
    public const string Narrowing = "reverse-narrowing-type";
    public const string EnumLabel = "reverse-enum-label";
    public const string NullNotAllowed = "reverse-null-not-allowed";
    public const string Unique = "reverse-unique";
    public const string ForeignKey = "reverse-foreign-key";
    public const string Check = "reverse-check";
    public const string TakenTwice = "reverse-taken-twice";
    public const string UsersNotCreated = "reverse-users-not-created";

    // A return would fail.
    public const string ExpressionMissing = "reverse-expression-missing";
    public const string ExpressionInvalid = "reverse-expression-invalid";
    public const string ColumnNotFilled = "reverse-column-not-filled";
    public const string RightMissing = "reverse-right-missing";
    public const string ReplicationRoleDenied = "replication-role-denied";
}
