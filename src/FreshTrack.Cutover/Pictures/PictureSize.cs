namespace FreshTrack.Cutover.Pictures;

/// <summary>Of the window, in pixels.</summary>
public sealed record PictureSize(int Width, int Height);
