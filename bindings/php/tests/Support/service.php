<?php

/**
 * A service that answers when it is told to: `php service.php`. It prints its URL, then a line for each
 * request, and ends with its standard input.
 *
 * What is asked of `held` or the like waits until the next line of its input is that id; what is asked
 * of `odd` is refused with a body that has a NUL in it. All else is answered at once.
 */

declare(strict_types=1);

$listener = stream_socket_server('tcp://127.0.0.1:0', context: stream_context_create(['socket' => ['backlog' => 512]]));
echo 'http://', stream_socket_get_name($listener, false), "\n";
stream_set_blocking(STDIN, false);
$connections = $buffers = $held = [];

while (true) {
    $readable = [STDIN, $listener, ...$connections];
    $none = null;
    stream_select($readable, $none, $none, null);
    foreach ($readable as $stream) {
        if ($stream === STDIN) {
            $line = fgets(STDIN);
            if ($line === false && feof(STDIN)) {
                exit;
            }
            foreach ($held[trim((string) $line)] ?? [] as $connection) {
                answer($connection, 200, found('held'));
            }
            unset($held[trim((string) $line)]);
        } elseif ($stream === $listener) {
            $connection = stream_socket_accept($listener, 0);
            stream_set_blocking($connection, false);
            $connections[(int) $connection] = $connection;
            $buffers[(int) $connection] = '';
        } else {
            receive($stream);
        }
    }
}

/** Takes what came on a connection. */
function receive($connection): void
{
    global $connections, $buffers;
    $id = (int) $connection;
    $data = fread($connection, 65536);
    if ($data === '' || $data === false) {
        unset($connections[$id], $buffers[$id]);
        fclose($connection);

        return;
    }
    $buffers[$id] .= $data;
    while (preg_match('/^(\w+) (\S+) .*?\r\n\r\n/s', $buffers[$id], $request)) {
        preg_match('/\r\ncontent-length: *(\d+)/i', $request[0], $length);
        $whole = strlen($request[0]) + (int) ($length[1] ?? 0);
        if (strlen($buffers[$id]) < $whole) {
            return;
        }
        $buffers[$id] = substr($buffers[$id], $whole);
        see($connection, $request[1], $request[2]);
    }
}

/** Answers a request, or keeps it. */
function see($connection, string $method, string $path): void
{
    global $held;
    $id = explode('/', $path)[4] ?? '';
    if (str_starts_with($id, 'held')) {
        echo "$method $path\n";
        $held[$id][] = $connection;
    } elseif ($id === 'odd') {
        answer($connection, 404, "{\"message\": \"a\0b\"}\0");
    } elseif ($method === 'PUT') {
        answer($connection, 200, '{"verified": true, "method": "sms"}');
    } else {
        answer($connection, 200, found($id));
    }
}

function found(string $id): string
{
    return json_encode(['id' => $id, 'name' => 'Example', 'ctime' => '2017-07-06T13:12:03.141Z']);
}

function answer($connection, int $status, string $body): void
{
    if (is_resource($connection)) {
        fwrite($connection, "HTTP/1.1 $status -\r\nContent-Length: " . strlen($body) . "\r\n\r\n$body");
    }
}
