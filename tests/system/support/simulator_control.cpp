#include "support/simulator_control.hpp"

#include <openssl/bio.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace jobwatch::test
{

namespace
{

struct released
{
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
    void operator()(BIO* stream) const { BIO_free_all(stream); }
};

constexpr std::size_t page_size = 10'000; // requests in one page of the time line

seen_request request_of(const boost::json::object& record)
{
    seen_request seen;
    seen.arrived_us = record.at("arrived_us").to_number<std::int64_t>();
    seen.what = record.at("class").as_string();
    seen.node = record.at("node").to_number<int>();
    if (record.at("job").is_string())
        seen.job = record.at("job").as_string();
    seen.status = record.at("status").to_number<int>();
    seen.in_flight = record.at("in_flight").to_number<int>();
    return seen;
}

} // namespace

// HTTP/1.0, so that the answer is neither chunked nor zipped and ends with the connection. It is our own child on
// the loopback: no certificate is checked.
std::string simulator_control::ask(const std::string& head, const std::string& body) const
{
    const std::string& url = simulator_["control_url"];
    const std::string where = url.substr(url.rfind('/') + 1);
    const std::unique_ptr<SSL_CTX, released> context(SSL_CTX_new(TLS_client_method()));
    const std::unique_ptr<BIO, released> stream(BIO_new_ssl_connect(context.get()));
    BIO_set_conn_hostname(stream.get(), where.c_str());
    const std::string request = head + " HTTP/1.0\r\nHost: simulator\r\nAccept: application/json\r\n"
        + "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n"
        + body;
    if (BIO_do_connect(stream.get()) <= 0
        || BIO_write(stream.get(), request.data(), static_cast<int>(request.size()))
            != static_cast<int>(request.size()))
        throw std::runtime_error("the simulator's control port does not take: " + head);
    std::string answer;
    std::array<char, 65'536> bytes{};
    for (int count = 1; count > 0; answer.append(bytes.data(), static_cast<std::size_t>(std::max(count, 0))))
        count = BIO_read(stream.get(), bytes.data(), static_cast<int>(bytes.size()));
    const auto at = answer.find("\r\n\r\n");
    if (answer.find(" 200 ") > answer.find("\r\n") || at == std::string::npos)
        throw std::runtime_error(head + ' ' + body.substr(0, 500) + ": " + answer.substr(0, 1'000));
    return answer.substr(at + 4);
}

boost::json::value simulator_control::get(const std::string& path) const
{
    return boost::json::parse(ask("GET /simulator/" + path, ""));
}

boost::json::value simulator_control::post(const std::string& path, const boost::json::value& body) const
{
    return boost::json::parse(ask("POST /simulator/" + path, boost::json::serialize(body)));
}

int simulator_control::counted(std::string_view name) const
{
    return ledger().at(boost::json::string_view(name.data(), name.size())).to_number<int>();
}

std::vector<seen_request> simulator_control::requests(const std::string& filter) const
{
    std::vector<seen_request> all;
    for (std::uint64_t after = 0;;)
    {
        const auto page =
            get("ledger/requests?limit=" + std::to_string(page_size) + "&after=" + std::to_string(after)
                + (filter.empty() ? "" : "&" + filter));
        const auto& records = page.at("requests").as_array();
        all.reserve(all.size() + records.size());
        for (const auto& record : records)
            all.push_back(request_of(record.as_object()));
        after = page.at("next").to_number<std::uint64_t>();
        if (after >= page.at("last").to_number<std::uint64_t>())
            break;
    }
    std::stable_sort(
        all.begin(), all.end(),
        [](const seen_request& one, const seen_request& other) { return one.arrived_us < other.arrived_us; });
    return all;
}

double simulator_control::burst_needed(double rate) const
{
    return get("ledger/pace?rate=" + std::to_string(rate)).at("burst_needed").to_number<double>();
}

} // namespace jobwatch::test
