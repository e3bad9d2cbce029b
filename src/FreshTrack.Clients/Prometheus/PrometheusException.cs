namespace FreshTrack.Clients.Prometheus;

/// <summary>Prometheus was not reached, or answered what a call does not expect; the message says where, what was asked
/// and what was answered.</summary>
public sealed class PrometheusException(string message, Exception? inner = null) : Exception(message, inner);
