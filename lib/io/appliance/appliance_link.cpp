#include "io/appliance/appliance_link.hpp"

namespace jobwatch
{

void appliance_link::renew_tls()
{
    std::string found = tls_files_stamp(settings); // before the reading, so that no change is missed
    if (found == tls_stamp)
        return;
    tls_stamp = std::move(found);
    auto made = make_tls_context(settings);
    const std::string trouble = made.has_error() ? made.error().text : (*made)->warning;
    if (trouble.empty())
    {
        tls = std::move(*made);
        for (const auto& node : nodes)
            node->session.forget();
    }
    if (say && !trouble.empty())
        say(log_level::warning, settings.name + ": " + trouble + "; what was read before stays in use");
    else if (say)
        say(log_level::info,
            settings.name
                + (tls_troubled ? ": the certificate files can be used again, and are in use now"
                                : ": the certificate files have changed and are in use now"));
    tls_troubled = !trouble.empty();
}

} // namespace jobwatch
