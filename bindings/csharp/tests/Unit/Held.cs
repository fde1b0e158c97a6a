using System;
using System.Collections.Generic;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;

namespace Verigator.Tests
{
    // A service that answers when a test says so: each request is read to its end, and then held.
    internal sealed class Held : IDisposable
    {
        internal const string Yes = "{\"verified\":true}";
        internal const string AService =
            "{\"id\":\"s1\",\"name\":\"Example\",\"ctime\":\"2017-07-06T13:12:03.141Z\"}";

        private readonly TcpListener listener = new TcpListener(IPAddress.Loopback, 0);
        private readonly List<TcpClient> connections = new List<TcpClient>();
        private readonly SemaphoreSlim came = new SemaphoreSlim(0);
        private readonly ManualResetEventSlim answering = new ManualResetEventSlim(false);
        private readonly string body;
        private readonly Thread acceptor;
        private volatile bool isEnding;

        // `isAnswering`: answers at once.
        internal Held(string body, bool isAnswering = false)
        {
            this.body = body;
            if (isAnswering)
            {
                answering.Set();
            }
            listener.Start(1024);
            acceptor = Begin(Accept);
        }

        internal string Url => "http://" + listener.LocalEndpoint;

        internal Client Client(ClientOptions options = null)
        {
            options = options ?? new ClientOptions();
            options.BaseUrl = Url;
            return new Client("user", "password", options);
        }

        // Waits until one more request has come.
        internal void AwaitRequest()
        {
            if (!came.Wait(TimeSpan.FromSeconds(60)))
            {
                throw new TimeoutException("no request came");
            }
        }

        // Whether a request has come that nobody waited for.
        internal bool HasRequest()
        {
            return came.CurrentCount > 0;
        }

        // Answers what is held, and what comes, from now on.
        internal void Answer()
        {
            answering.Set();
        }

        public void Dispose()
        {
            isEnding = true;
            answering.Set();
            // The thread that accepts is woken: .NET Core does not end its wait.
            using (new TcpClient(IPAddress.Loopback.ToString(), ((IPEndPoint)listener.LocalEndpoint).Port))
            {
                acceptor.Join();
            }
            listener.Stop();
            lock (connections)
            {
                connections.ForEach(End);
            }
        }

        private static void End(TcpClient connection)
        {
            try
            {
                connection.Client.Shutdown(SocketShutdown.Both);
            }
            catch (SocketException)
            {
                // The client has ended it.
            }
            connection.Close();
        }

        private static Thread Begin(ThreadStart action)
        {
            var thread = new Thread(action, 128 * 1024) { IsBackground = true };
            thread.Start();
            return thread;
        }

        private void Accept()
        {
            while (!isEnding)
            {
                TcpClient connection = listener.AcceptTcpClient();
                lock (connections)
                {
                    connections.Add(connection);
                }
                Begin(() => Serve(connection));
            }
        }

        private void Serve(TcpClient connection)
        {
            try
            {
                NetworkStream stream = connection.GetStream();
                byte[] reply = Encoding.UTF8.GetBytes(
                    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " +
                    Encoding.UTF8.GetByteCount(body) + "\r\n\r\n" + body);
                while (ReadRequest(stream))
                {
                    came.Release();
                    answering.Wait();
                    stream.Write(reply, 0, reply.Length);
                }
            }
            catch (Exception)
            {
                // A client that goes away is a part of some tests.
            }
        }

        private static bool ReadRequest(Stream stream)
        {
            var head = new StringBuilder();
            while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
            {
                int next = stream.ReadByte();
                if (next < 0)
                {
                    return false;
                }
                head.Append((char)next);
            }
            const string name = "content-length: ";
            string lower = head.ToString().ToLowerInvariant();
            int at = lower.IndexOf(name, StringComparison.Ordinal);
            int length = at < 0 ? 0 : int.Parse(lower.Substring(at + name.Length).Split('\r')[0]);
            for (int index = 0; index < length; index++)
            {
                stream.ReadByte();
            }
            return true;
        }
    }
}
