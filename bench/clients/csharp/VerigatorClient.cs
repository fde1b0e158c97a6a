using Verigator;

// This library's tasks: one client, and as many calls in flight as there are to be threads.
internal static class VerigatorClient
{
    private static void Main(string[] arguments)
    {
        var measure = new Measure(arguments);
        var options = new ClientOptions { BaseUrl = measure.Url };
        using (var client = new Client(Measure.Username, Measure.Password, options))
        {
            measure.Run(async () =>
            {
                Verification answer = await client.VerifyAsync(
                    Measure.ServiceId, Measure.UserId, Measure.Token).ConfigureAwait(false);
                return answer.Verified;
            });
        }
    }
}
