// Submits: single ids as bare lines, batches, several requests at once without waiting for answers, jobs that are
// watched already, and ended ones again.
#pragma once

#include "driver/client.hpp"

#include <boost/json.hpp>

namespace jobwatch::crash
{

class submitter final : public client
{
public:
    using client::client;

private:
    void work() override;
    void send_and_hear(test::unix_client& link);
    std::string make_request();
    std::string choose_job(bool again);
    void hear(const std::string& line);
    void hear_job(const boost::json::object& told);
};

} // namespace jobwatch::crash
