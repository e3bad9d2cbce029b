using System.Reflection;
using Cake.Frosting;
using FreshTrack.Build;
using FreshTrack.Build.CommandLine;
using FreshTrack.Build.Tasks.Build;
using FreshTrack.Build.Tasks.Rehearsal;

namespace FreshTrack.UnitTests.Build.Images;

/// <summary>Whoever starts containers has the images built first.</summary>
public sealed class ImageDependencyTests
{
    [Theory]
    [InlineData(typeof(RehearseTask))]
    [InlineData(typeof(LoadTestTask))]
    [InlineData(typeof(TestTask))]
    [InlineData(typeof(BenchmarkTask))]
    public void A_target_that_starts_containers_depends_on_the_images(Type task)
    {
        Assert.Contains(
            typeof(BuildImagesTask),
            task.GetCustomAttributes<IsDependentOnAttribute>().Select(dependency => dependency.Task)
        );
        Assert.Contains(
            "images",
            TaskCatalog
                .Of(typeof(BuildContext).Assembly)
                .Find(task.GetCustomAttribute<TaskNameAttribute>()!.Name)!
                .Options.Select(option => option.Name)
        );
    }
}
