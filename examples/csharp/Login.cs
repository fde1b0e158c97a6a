using System;
using System.Threading.Tasks;
using Verigator;

/// <summary>
/// A login from end to end: registers a service and a user, sends a PIN, and checks what was typed.
///
/// VERIGATOR_USERNAME, VERIGATOR_PASSWORD and VERIGATOR_BASE_URL say where, and as whom. The exit code is 0
/// for a yes, 1 for a no, and 2 when the service could not be asked.
/// </summary>
public static class Login
{
    public static int Main()
    {
        return RegisterAndLogIn().GetAwaiter().GetResult();
    }

    /// <summary>Registers Jane, logs her in, and takes everything back, also when that fails.</summary>
    private static async Task<int> RegisterAndLogIn()
    {
        try
        {
            using (Client client = Client.FromEnvironment())
            {
                Service service = await client.CreateServiceAsync("shop.example.com", "Example shop");
                bool verified;
                try
                {
                    User user = await client.CreateUserAsync(
                        service.Id, "+3725555555", "jane@example.com");
                    verified = await LogIn(client, service, user);
                }
                finally
                {
                    await client.DeleteServiceAsync(service.Id);
                }
                Console.WriteLine(verified ? "Welcome!" : "Denied.");
                return verified ? 0 : 1;
            }
        }
        catch (VerigatorException failure)
        {
            Console.Error.WriteLine(failure.Message);
            return 2;
        }
    }

    /// <summary>Sends this user a PIN and gives them three attempts at typing it.</summary>
    private static async Task<bool> LogIn(Client client, Service service, User user)
    {
        Challenge challenge = await client.InitiateAsync(service.Id, user.Id);
        for (int attempt = 0; attempt < 3; attempt++)
        {
            Console.Write(challenge.Method == Method.Sms ? "sms PIN: " : "totp PIN: ");
            string pin = Console.ReadLine() ?? "";
            Verification answer = await client.VerifyAsync(service.Id, user.Id, pin, challenge);
            if (answer.Verified)
            {
                return true;
            }
            Console.WriteLine("That is not it.");
        }
        return false;
    }
}
