using System;
using System.IO;
using System.Net;
using System.Text;
using System.Threading;
using Verigator;

/// <summary>
/// What can go wrong, and how a program tells one failure from another: each is brought about, and printed as
/// a line of examples/failures.txt.
///
/// What a program does is in Call, PrintFailure and PrintAnswer; the rest makes trouble, for which it needs a
/// "verigator-server --dev --chaos". VERIGATOR_USERNAME, VERIGATOR_PASSWORD and VERIGATOR_BASE_URL say where,
/// and as whom.
/// </summary>
public static class Failures
{
    private const string Wrong = "That is not right. Please correct it.";
    private const string Taken = "You are registered already.";
    private const string Old = "That code is too old. Ask for another.";
    private const string NoCode = "If no code comes, ask for another.";
    private const string Wait = "Too many attempts. Wait a while.";
    private const string Later = "We cannot log you in now. Try again later.";
    private const string Begin = "Please begin again, or call us.";
    private const string CallUs = "We cannot log you in. Please call us.";

    private static readonly string Server = Environment.GetEnvironmentVariable("VERIGATOR_BASE_URL");

    /// <summary>Makes a call and prints what it came to.</summary>
    private static void Call(string situation, Func<Verification> call)
    {
        try
        {
            PrintAnswer(situation, call());
        }
        catch (InvalidArgumentException failure)
        {
            PrintFailure(situation, failure, "invalid argument", false, Wrong);
        }
        catch (InvalidConfigException failure)
        {
            PrintFailure(situation, failure, "invalid option", false, CallUs);
        }
        catch (ClosedException failure)
        {
            PrintFailure(situation, failure, "closed before the call", false, Later);
        }
        catch (NameLookupException failure)
        {
            PrintFailure(situation, failure, "name not found", true, Later);
        }
        catch (ConnectException failure)
        {
            PrintFailure(situation, failure, "no connection", true, Later);
        }
        catch (TlsException failure)
        {
            PrintFailure(situation, failure, "TLS failed", false, CallUs);
        }
        catch (DisconnectedException failure)
        {
            PrintFailure(situation, failure, "connection broken", true, Later);
        }
        catch (ProxyException failure)
        {
            PrintFailure(situation, failure, "proxy failed", true, Later);
        }
        catch (DeadlineExceededException failure)
        {
            PrintFailure(situation, failure, "deadline passed", true, Later);
        }
        catch (CallCancelledException failure)
        {
            PrintFailure(situation, failure, "closed during the call", false, Later);
        }
        catch (ResponseTooLargeException failure)
        {
            PrintFailure(situation, failure, "reply too large", false, CallUs);
        }
        catch (ProtocolException failure)
        {
            PrintFailure(situation, failure, "no valid reply", false, CallUs);
        }
        catch (UnauthorizedException failure)
        {
            PrintFailure(situation, failure, "wrong credentials", false, CallUs);
        }
        catch (ForbiddenException failure)
        {
            PrintFailure(situation, failure, "forbidden", false, CallUs);
        }
        catch (NotFoundException failure)
        {
            PrintFailure(situation, failure, "not found", false, Begin);
        }
        catch (ConflictException failure)
        {
            PrintFailure(situation, failure, "conflict", false, Taken);
        }
        catch (UnprocessableDataException failure)
        {
            PrintFailure(situation, failure, "invalid data", false, Wrong);
        }
        catch (TooManyRequestsException failure)
        {
            PrintFailure(situation, failure, "too many requests", true, Wait);
        }
        catch (ServerException failure)
        {
            PrintFailure(situation, failure, "service failed", true, Later);
        }
        catch (VerigatorException failure)
        {
            // Also what a later version of the library may tell.
            PrintFailure(situation, failure, "unexpected failure", false, CallUs);
        }
    }

    /// <summary>
    /// Every failure is a no. Whether to repeat the call depends on what the first one has done.
    /// </summary>
    private static void PrintFailure(
        string situation, VerigatorException failure, string what, bool maySucceed, string tell)
    {
        string sent = failure.MaybeSent ? "maybe" : "no";
        if (!maySucceed)
        {
            PrintLine(situation, what, sent, "no", tell);
        }
        else if (!failure.RetrySafe)
        {
            // A start may have sent a code, and another start would end it.
            PrintLine(situation, what, sent, "if the user asks", NoCode);
        }
        else if (failure.RetryAfter is TimeSpan wait)
        {
            PrintLine(situation, what, sent, "after " + wait.TotalSeconds + " s", tell);
        }
        else
        {
            PrintLine(situation, what, sent, "yes", tell);
        }
    }

    /// <summary>A no is an answer, and no failure.</summary>
    private static void PrintAnswer(string situation, Verification answer)
    {
        if (answer.Verified)
        {
            PrintLine(situation, "verified", "yes", "no", "Welcome!");
        }
        else if (answer.Throttled)
        {
            PrintLine(situation, "denied, throttled", "yes", "after a while", Wait);
        }
        else if (answer.Expired)
        {
            PrintLine(situation, "denied, expired", "yes", "with a new start", Old);
        }
        else
        {
            PrintLine(situation, "denied", "yes", "with another code", Wrong);
        }
    }

    /// <summary>Prints one line of the table.</summary>
    private static void PrintLine(string situation, string what, string sent, string again, string tell)
    {
        Console.WriteLine("{0,-28}{1,-24}{2,-7}{3,-19}{4}", situation, what, sent, again, tell);
    }

    public static void Main()
    {
        using (Client client = Client.FromEnvironment())
        {
            Service service = client.CreateService("failures.example.com", "Example shop");
            User jane = client.CreateUser(service.Id, "+3725555555", "jane@example.com");
            PrintLine("SITUATION", "WHAT HAPPENED", "SENT", "TRY AGAIN", "TELL THE USER");
            Answers(client, service.Id, jane.Id);
            RefusedCalls(client, service.Id, jane.Id);
            Misbehaviour(client, service.Id, jane.Id);
            Options(service.Id, jane.Id);
            Closing(service.Id, jane.Id);
            client.DeleteService(service.Id);
        }
    }

    /// <summary>What the service answers to codes.</summary>
    private static void Answers(Client client, string service, string jane)
    {
        Call("nothing was started", () => client.Verify(service, jane, "0000000"));
        client.Initiate(service, jane);
        Call("the right code", () => client.Verify(service, jane, Code(jane)));
        Call("a code used before", () => client.Verify(service, jane, Code(jane)));
        client.Initiate(service, jane);
        AskServer("PUT", "/_/clock", "{\"advance\": 301}");
        Call("an old code", () => client.Verify(service, jane, Code(jane)));
        client.Initiate(service, jane);
        Call("a wrong code", () => client.Verify(service, jane, "0000000"));
        Verification answer = client.Verify(service, jane, "0000000");
        while (!answer.Throttled)
        {
            answer = client.Verify(service, jane, "0000000");
        }
        PrintAnswer("too many wrong codes", answer);
    }

    /// <summary>Calls that ask for what cannot be.</summary>
    private static void RefusedCalls(Client client, string service, string jane)
    {
        Call("an empty code", () => client.Verify(service, jane, ""));
        Fails("a number that is none", () => client.CreateUser(service, "none", "john@example.com"));
        Fails("a user who exists", () => client.CreateUser(service, "+3725555556", "jane@example.com"));
        Fails("an unknown user", () => client.Initiate(service, "nobody"));
    }

    /// <summary>Calls at a service that misbehaves.</summary>
    private static void Misbehaviour(Client client, string service, string jane)
    {
        string[,] effects = {
            { "another account's service", "\"status\": 403" },
            { "too many starts", "\"status\": 429, \"retry-after\": 7" },
            { "a start that fails", "\"status\": 503, \"retry-after\": 7" },
            { "a status unheard of", "\"status\": 418" },
            { "a broken connection", "\"drop\": true" },
            { "a reply that is none", "\"status\": 201, \"body\": \"It works!\"" },
        };
        for (int index = 0; index < effects.GetLength(0); index++)
        {
            Misbehave("start-authentication", effects[index, 1]);
            Fails(effects[index, 0], () => client.Initiate(service, jane));
        }
        Misbehave("get-user", "\"status\": 503, \"retry-after\": 7");
        Fails("reading that fails", () => client.GetUser(service, jane));
    }

    /// <summary>Calls with options that are not right.</summary>
    private static void Options(string service, string jane)
    {
        Action<string, ClientOptions> start = (situation, options) =>
            Fails(situation, () => StartOnce(Client.FromEnvironment(options), service, jane));
        start("an option that is none", new ClientOptions { BaseUrl = "ftp://localhost" });
        // A label has 63 characters at most.
        string unknown = "https://" + new string('0', 64) + ".example";
        start("an unknown name", new ClientOptions { BaseUrl = unknown });
        // Port 1 (tcpmux) is served by nobody.
        const string nobody = "http://127.0.0.1:1";
        start("nobody listens", new ClientOptions { BaseUrl = nobody });
        start("no TLS there", new ClientOptions { BaseUrl = Server.Replace("http:", "https:") });
        start("no proxy there", new ClientOptions { Proxy = nobody });
        Misbehave("start-authentication", "\"delay\": 60000");
        start("a slow service", new ClientOptions { Timeout = TimeSpan.FromMilliseconds(500) });
        start("a long reply", new ClientOptions { MaxResponseBytes = 4 });
        var wrong = new ClientOptions { BaseUrl = Server };
        Fails("a wrong password", () => StartOnce(new Client("demo", "wrong", wrong), service, jane));
    }

    /// <summary>Starts an authentication by another client.</summary>
    private static void StartOnce(Client client, string service, string user)
    {
        using (client)
        {
            client.Initiate(service, user);
        }
    }

    /// <summary>Calls on a client that is closed.</summary>
    private static void Closing(string service, string jane)
    {
        Client client = Client.FromEnvironment();
        Misbehave("start-authentication", "\"delay\": 60000");
        string before = AskServer("GET", "/_/chaos", null);
        var waiting =
            new Thread(() => Fails("closed meanwhile", () => client.Initiate(service, jane)));
        waiting.Start();
        while (AskServer("GET", "/_/chaos", null) == before)
        {
        }
        client.Dispose();
        waiting.Join();
        Fails("closed before", () => client.Initiate(service, jane));
    }

    private static void Fails(string situation, Action action)
    {
        Call(situation, () =>
        {
            action();
            throw new InvalidOperationException(situation + ": this should have failed");
        });
    }

    /// <summary>The code in the message that the user was sent last.</summary>
    private static string Code(string user)
    {
        string messages = AskServer("GET", "/_/outbox?user_id=" + user, null);
        int at = messages.LastIndexOf("\"pin\":\"", StringComparison.Ordinal) + 7;
        return messages.Substring(at, 6);
    }

    /// <summary>Has the next such operation go wrong.</summary>
    private static void Misbehave(string operation, string effect)
    {
        string rule = "[{\"operation\": \"" + operation + "\", \"times\": 1, " + effect + "}]";
        AskServer("PUT", "/_/chaos", rule);
    }

    /// <summary>A request to the development routes of the server.</summary>
    private static string AskServer(string method, string path, string body)
    {
        var request = (HttpWebRequest)WebRequest.Create(Server + path);
        request.Method = method;
        if (body != null)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(body);
            request.ContentLength = bytes.Length;
            using (Stream stream = request.GetRequestStream())
            {
                stream.Write(bytes, 0, bytes.Length);
            }
        }
        using (WebResponse reply = request.GetResponse())
        using (var reader = new StreamReader(reply.GetResponseStream()))
        {
            return reader.ReadToEnd();
        }
    }
}
