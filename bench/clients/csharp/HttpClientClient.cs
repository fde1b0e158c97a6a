using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;

// The runtime's own HttpClient, one for all: what a careful programmer writes.
internal static class HttpClientClient
{
    private static void Main(string[] arguments)
    {
        var measure = new Measure(arguments);
        // The runtime's own limit is two connections to a host.
        ServicePointManager.DefaultConnectionLimit = 1024;
        ServicePointManager.Expect100Continue = false;
        using (var client = new HttpClient())
        {
            client.DefaultRequestHeaders.Add("X-Service-Auth", Measure.Username + ":" + Measure.Password);
            string user = "/v1/service/service/" + Measure.ServiceId + "/users/" + Measure.UserId;
            string url = measure.Url + user + "/auth";
            const string json = "{\"token\":\"" + Measure.Token + "\"}";
            // A JSON parser would only add to it.
            measure.Run(async () =>
            {
                var body = new StringContent(json);
                // Without a charset, as the server has it.
                body.Headers.ContentType = new MediaTypeHeaderValue("application/json");
                using (HttpResponseMessage reply = await client.PutAsync(url, body).ConfigureAwait(false))
                {
                    string text = await reply.Content.ReadAsStringAsync().ConfigureAwait(false);
                    return reply.IsSuccessStatusCode && text.Contains("\"verified\":true");
                }
            });
        }
    }
}
