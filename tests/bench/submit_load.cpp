// `submit`: how many submits the daemon acknowledges. Each client keeps a window of requests on their way; one thread
// serves all of them, since it does next to nothing.
#include "commands.hpp"
#include "control_client.hpp"

#include <algorithm>
#include <cstdio>

#include <poll.h>

namespace jobwatch::bench
{

namespace
{

// Requests in the order in which they are sent, one line each, shared by all clients.
std::vector<std::string> requests_of(const submit_options& how)
{
    const auto ids = read_lines(how.ids_file);
    if (how.count == 0 || how.from + how.count > ids.size())
        throw bench_failure(how.ids_file + " has " + std::to_string(ids.size()) + " ids: too few");
    std::vector<std::string> requests;
    for (std::size_t at = how.from; at < how.from + how.count; at += how.group)
    {
        if (how.group == 1 && how.appliance.empty())
        {
            requests.push_back(ids[at] + '\n');
            continue;
        }
        std::string line = R"({"jsonrpc":"2.0","id":1,"method":"submit","params":{"jobs":[)";
        const std::size_t end = std::min(at + how.group, how.from + how.count);
        for (std::size_t one = at; one < end; ++one)
            line += (one == at ? "\"" : ",\"") + ids[one] + '"';
        line += ']' + (how.appliance.empty() ? "" : R"(,"appliance":")" + how.appliance + '"') + "}}\n";
        requests.push_back(std::move(line));
    }
    return requests;
}

class submitters
{
public:
    explicit submitters(const submit_options& how) : requests_(requests_of(how)), window_(how.window)
    {
        for (std::size_t client = 0; client < how.clients; ++client)
        {
            clients_.emplace_back(how.socket);
            waits_.push_back({clients_.back().native(), POLLIN, 0});
        }
    }

    double run()
    {
        const double start = seconds_now();
        for (auto& client : clients_)
            send_some(client, window_);
        while (answered_ < requests_.size())
        {
            if (::poll(waits_.data(), waits_.size(), -1) < 0)
                throw bench_failure("poll failed");
            for (std::size_t at = 0; at < clients_.size(); ++at)
                if (waits_[at].revents != 0)
                    hear(clients_[at]);
        }
        const double took = seconds_now() - start;
        if (refused_ > 0)
            throw bench_failure(std::to_string(refused_) + " submits were not taken");
        return took;
    }

private:
    void send_some(socket_client& client, std::size_t most)
    {
        std::string bytes;
        for (; most > 0 && sent_ < requests_.size(); --most)
            bytes += requests_[sent_++];
        client.send(bytes);
    }

    void hear(socket_client& client)
    {
        const auto heard = client.receive();
        const auto answers = static_cast<std::size_t>(std::count(heard.begin(), heard.end(), '\n'));
        for (auto at = heard.find("\"error\""); at != heard.npos; at = heard.find("\"error\"", at + 1))
            ++refused_;
        answered_ += answers;
        send_some(client, answers);
    }

    std::vector<std::string> requests_;
    std::size_t window_;
    std::vector<socket_client> clients_;
    std::vector<pollfd> waits_;
    std::size_t sent_ = 0;
    std::size_t answered_ = 0;
    std::size_t refused_ = 0;
};

} // namespace

void submit_jobs(const submit_options& how)
{
    submitters all(how);
    const double took = all.run();
    std::printf("%.0f %.3f\n", static_cast<double>(how.count) / took, took);
}

} // namespace jobwatch::bench
