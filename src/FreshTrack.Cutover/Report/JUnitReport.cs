using System.Text;
using System.Xml;
using FreshTrack.Cutover.Gating;
using FreshTrack.Plan;

namespace FreshTrack.Cutover.Reporting;

/// <summary>The verdict as <c>junit.xml</c>, for CI systems that show test results: a test case a criterion.</summary>
/// <remarks>Fail is a failure, Inconclusive an error; JUnit knows no warning, so a Warn passes and its reason stands in
/// the case's output.</remarks>
public static class JUnitReport
{
    private static readonly XmlWriterSettings Settings = new()
    {
        Indent = true,
        NewLineChars = "\n",
        Encoding = new UTF8Encoding(false),
    };

    public static string Write(RunReport report)
    {
        using var bytes = new MemoryStream();
        using (var xml = XmlWriter.Create(bytes, Settings))
        {
            var criteria = report.Gate.Criteria;
            xml.WriteStartElement("testsuites");
            xml.WriteStartElement("testsuite");
            xml.WriteAttributeString("name", Legal($"gate of {report.Evidence.Run.RunId}"));
            xml.WriteAttributeString("timestamp", report.Evidence.Run.StartedAt.UtcDateTime.ToString("s"));
            xml.WriteAttributeString("tests", Number(criteria.Count));
            xml.WriteAttributeString("failures", Number(criteria.Count(line => line.Verdict == Verdict.Fail)));
            xml.WriteAttributeString("errors", Number(criteria.Count(line => line.Verdict == Verdict.Inconclusive)));
            foreach (var line in criteria)
            {
                Case(xml, line);
            }

            xml.WriteEndElement();
            xml.WriteEndElement();
        }

        return Encoding.UTF8.GetString(bytes.ToArray()) + "\n";
    }

    private static void Case(XmlWriter xml, Criterion line)
    {
        xml.WriteStartElement("testcase");
        xml.WriteAttributeString("classname", "FreshTrack.Gate");
        xml.WriteAttributeString("name", Legal(line.Name));
        switch (line.Verdict)
        {
            case Verdict.Pass:
                break;
            case Verdict.Warn:
                xml.WriteElementString("system-out", Legal($"Warn: {line.Reason}"));
                break;
            default:
                xml.WriteStartElement(line.Verdict == Verdict.Fail ? "failure" : "error");
                xml.WriteAttributeString("type", line.Verdict.ToString());
                xml.WriteAttributeString("message", Legal(line.Reason));
                xml.WriteString(Legal($"wanted {line.Wanted}, measured {line.Measured}"));
                xml.WriteEndElement();
                break;
        }

        xml.WriteEndElement();
    }

    /// <summary>A database's values may hold what XML cannot.</summary>
    private static string Legal(string text) =>
        string.Concat(
            text.EnumerateRunes()
                .Select(rune => rune.IsBmp && !XmlConvert.IsXmlChar((char)rune.Value) ? "\uFFFD" : rune.ToString())
        );

    private static string Number(int number) => number.ToString();
}
