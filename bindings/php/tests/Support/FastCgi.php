<?php

declare(strict_types=1);

namespace Verigator\Tests\Support;

/** Asks a FastCGI server for a page, as a web server does. */
final class FastCgi
{
    private const VERSION = 1;

    private const BEGIN = 1;
    private const END = 3;
    private const PARAMETERS = 4;
    private const INPUT = 5;
    private const OUTPUT = 6;

    /**
     * Asks once, and gives what comes behind the headers.
     *
     * @param array<string, string> $parameters each shorter than 2 GiB
     */
    public static function get(string $socket, array $parameters): string
    {
        $connection = stream_socket_client("unix://$socket");
        $encoded = '';
        foreach ($parameters as $name => $value) {
            // The top bit says that a length has four bytes.
            $encoded .= pack('NN', strlen($name) | 1 << 31, strlen($value) | 1 << 31) . $name . $value;
        }
        // As a responder, and the connection is closed behind it.
        fwrite($connection, self::record(self::BEGIN, pack('nCx5', 1, 0)));
        foreach ([[self::PARAMETERS, $encoded], [self::PARAMETERS, ''], [self::INPUT, '']] as [$type, $content]) {
            fwrite($connection, self::record($type, $content));
        }
        $output = '';
        do {
            $header = unpack('Cversion/Ctype/nid/nlength/Cpadding', (string) stream_get_contents($connection, 8));
            $content = (string) stream_get_contents($connection, $header['length'] + $header['padding']);
            $output .= $header['type'] === self::OUTPUT ? substr($content, 0, $header['length']) : '';
        } while ($header['type'] !== self::END);

        return explode("\r\n\r\n", $output, 2)[1] ?? '';
    }

    private static function record(int $type, string $content): string
    {
        return pack('CCnnCx', self::VERSION, $type, 1, strlen($content), 0) . $content;
    }
}
