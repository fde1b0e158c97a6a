using System;
using System.IO;

// Runs PrintVersion in a site's bin as ASP.NET does, from copies of the assemblies elsewhere: RunInSite SITE.
internal static class RunInSite
{
    private static int Main(string[] arguments)
    {
        var setup = new AppDomainSetup {
            ApplicationBase = arguments[0],
            PrivateBinPath = "bin",
            ShadowCopyFiles = "true",
            CachePath = Path.Combine(arguments[0], "copies"),
            ApplicationName = "site",
        };
        AppDomain site = AppDomain.CreateDomain("site", null, setup);
        return site.ExecuteAssemblyByName("PrintVersion");
    }
}
