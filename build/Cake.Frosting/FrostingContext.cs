namespace Cake.Frosting;

public interface IFrostingContext : ICakeContext;

/// <summary>The build context: Cake's own, for deriving from.</summary>
public class FrostingContext(ICakeContext context) : CakeContextAdapter(context), IFrostingContext;
