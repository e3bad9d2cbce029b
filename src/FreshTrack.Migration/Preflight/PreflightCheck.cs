using FreshTrack.Plan;

namespace FreshTrack.Migration.Preflighting;

/// <summary>Finds what would keep rows from moving as they are. What cannot be tested is a finding too.</summary>
internal delegate Task<IReadOnlyList<Finding>> PreflightCheck(Survey survey, CancellationToken cancellationToken);
