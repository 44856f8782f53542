#include "core/watch_view.hpp"

namespace jobwatch
{

std::string_view to_string(node_state value)
{
    switch (value)
    {
    case node_state::serving:
        return "serving";
    case node_state::standing_by:
        return "standing_by";
    case node_state::open:
        return "open";
    }
    return "unknown";
}

} // namespace jobwatch
