# Takes alerts as Alertmanager sends them, prints each message as one line, and answers 200.
use strict;
use warnings;
use IO::Socket::INET;
$| = 1;
my $server = IO::Socket::INET->new(LocalPort => 8080, Listen => 16, ReuseAddr => 1) or die "Port 8080 cannot be listened on: $!\n";
while (my $client = $server->accept) {
    my ($length, $body) = (0, '');
    while (my $line = <$client>) {
        $length = $1 if $line =~ /^content-length:\s*(\d+)/i;
        last if $line =~ /^\r?\n$/;
    }
    read($client, $body, $length);
    $body =~ s/[\r\n]/ /g;
    print "$body\n";
    print $client "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    close $client;
}
