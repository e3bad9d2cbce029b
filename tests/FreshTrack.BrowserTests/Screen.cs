using Microsoft.Playwright;

namespace FreshTrack.BrowserTests;

/// <summary>A window: its size in CSS pixels and its colours.</summary>
public sealed record Screen(string Name, int Width, int Height, ColorScheme Colors)
{
    public static readonly Screen Phone = new("phone", 390, 844, ColorScheme.Light);
    public static readonly Screen PhoneAtNight = new("phone-dark", 390, 844, ColorScheme.Dark);
    public static readonly Screen Desk = new("light", 1280, 800, ColorScheme.Light);
    public static readonly Screen DeskAtNight = new("dark", 1280, 800, ColorScheme.Dark);

    public static readonly Screen[] All = [Phone, PhoneAtNight, Desk, DeskAtNight];

    public override string ToString() => Name;
}
