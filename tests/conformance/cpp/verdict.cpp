#include "verdict.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

namespace {

/// A connection to http://127.0.0.1:PORT.
class connection {
  public:
    explicit connection(const std::string &peer_url) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        address.sin_port =
            htons(static_cast<std::uint16_t>(std::stoi(peer_url.substr(peer_url.rfind(':') + 1))));
        if (connect(socket_, reinterpret_cast<const sockaddr *>(&address), sizeof address) != 0) {
            throw std::runtime_error("the peer cannot be reached");
        }
    }

    connection(const connection &) = delete;
    connection &operator=(const connection &) = delete;

    ~connection() {
        close(socket_);
    }

    /// Sends a request, and reads the reply until the peer closes.
    std::string ask(const std::string &request) const {
        std::string reply;
        char part[4096];
        if (send(socket_, request.data(), request.size(), MSG_NOSIGNAL) < 0) {
            throw std::runtime_error("the peer does not listen");
        }
        shutdown(socket_, SHUT_WR);
        for (ssize_t count; (count = recv(socket_, part, sizeof part, 0)) > 0;) {
            reply.append(part, static_cast<std::size_t>(count));
        }
        return reply;
    }

  private:
    int socket_ = socket(AF_INET, SOCK_STREAM, 0);
};

} // namespace

std::string verdict(const std::string &peer_url, const std::string &name) {
    const std::string request = "GET /_/verdict/cpp/" + name + " HTTP/1.1\r\n\r\n";
    const std::string reply = connection(peer_url).ask(request);
    const auto answer = nlohmann::json::parse(reply.substr(reply.find("\r\n\r\n") + 4));
    return answer.at("ok") ? "" : answer.at("why").get<std::string>();
}
