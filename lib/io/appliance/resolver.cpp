#include "io/appliance/resolver.hpp"

#include <boost/asio/ip/address_v6.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace jobwatch
{

namespace
{

std::optional<asio::ip::address> address_of(const sockaddr* from)
{
    if (from->sa_family == AF_INET)
    {
        sockaddr_in v4{};
        std::memcpy(&v4, from, sizeof v4);
        return asio::ip::address_v4(ntohl(v4.sin_addr.s_addr));
    }
    if (from->sa_family != AF_INET6)
        return std::nullopt;
    sockaddr_in6 v6{};
    std::memcpy(&v6, from, sizeof v6);
    asio::ip::address_v6::bytes_type bytes;
    std::memcpy(bytes.data(), &v6.sin6_addr, bytes.size());
    return asio::ip::address_v6(bytes, v6.sin6_scope_id);
}

} // namespace

lookup_answer system_lookup(const std::string& host)
{
    addrinfo wanted{};
    wanted.ai_family = AF_UNSPEC;
    wanted.ai_socktype = SOCK_STREAM; // else each address comes once per kind of socket
    addrinfo* found = nullptr;
    const int failed = getaddrinfo(host.c_str(), nullptr, &wanted, &found);
    lookup_answer answer;
    if (failed != 0)
    {
        answer.failure =
            failed == EAI_SYSTEM ? std::generic_category().message(errno) : std::string(gai_strerror(failed));
        return answer;
    }
    for (const addrinfo* one = found; one != nullptr && answer.addresses.size() < max_addresses;
         one = one->ai_next)
        if (const auto address = address_of(one->ai_addr))
            answer.addresses.push_back(*address);
    freeaddrinfo(found);
    if (answer.addresses.empty())
        answer.failure = "it has no address";
    return answer;
}

// What the thread and the resolver share. `owner` is set to null, under the lock, when the resolver goes;
// from then on the thread touches nothing but this. Read by the loop's thread, which is the only one to
// change it, without the lock.
struct host_resolver::shared_state
{
    std::mutex guard;
    host_resolver* owner = nullptr;
};

host_resolver::host_resolver(asio::any_io_executor executor, std::string host, lookup_function lookup) :
    executor_(std::move(executor)),
    host_(std::move(host)),
    lookup_(std::move(lookup)),
    state_(std::make_shared<shared_state>())
{
    state_->owner = this;
    boost::system::error_code not_an_address;
    const auto address = asio::ip::make_address(host_, not_an_address);
    literal_ = !not_an_address;
    if (literal_)
        last_good_.push_back(address);
}

host_resolver::~host_resolver()
{
    const std::lock_guard held(state_->guard);
    state_->owner = nullptr;
}

void host_resolver::start()
{
    const auto work = [state = state_, lookup = lookup_, host = host_]
    {
        lookup_answer answer = lookup(host);
        const std::lock_guard held(state->guard);
        if (state->owner == nullptr)
            return;
        asio::post(
            state->owner->executor_,
            [state, answer = std::move(answer)]() mutable
            {
                if (state->owner != nullptr)
                    state->owner->finished(std::move(answer));
            });
    };
    under_way_ = true;
    overdue_ = false;
    try
    {
        std::thread(work).detach();
    }
    catch (const std::system_error& failed)
    {
        lookup_answer answer;
        answer.failure = std::string("no thread can be started for the lookup: ") + failed.what();
        finished(std::move(answer));
    }
}

void host_resolver::finished(lookup_answer answer)
{
    under_way_ = false;
    ++finished_lookups_;
    last_failure_ = std::move(answer.failure);
    if (!answer.addresses.empty())
        last_good_ = std::move(answer.addresses);
    for (asio::steady_timer* const bell : waiting_)
        bell->cancel();
}

lookup_answer host_resolver::last_good_or(std::string failure) const
{
    lookup_answer answer;
    answer.addresses = last_good_;
    if (last_good_.empty())
        answer.failure = std::move(failure);
    return answer;
}

asio::awaitable<lookup_answer> host_resolver::resolve(asio::steady_timer& bell, milliseconds limit)
{
    const auto lookups_before = finished_lookups_;
    const bool hopeless = under_way_ && overdue_ && !last_good_.empty();
    if (literal_ || hopeless)
        co_return last_good_or("");
    if (!under_way_)
        start();
    if (under_way_)
    {
        waiting_.push_back(&bell);
        bell.expires_after(limit);
        boost::system::error_code rung;
        co_await bell.async_wait(asio::redirect_error(asio::use_awaitable, rung));
        std::erase(waiting_, &bell);
        overdue_ = overdue_ || !rung;
    }
    if (finished_lookups_ == lookups_before)
        co_return last_good_or("the name service did not answer in time");
    co_return last_good_or(last_failure_);
}

} // namespace jobwatch
