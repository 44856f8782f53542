#include "wire/node_text.hpp"

#include "core/timestamp.hpp"
#include "wire/json_text.hpp"

namespace jobwatch
{

void append_node(std::string& to, const node_report& node)
{
    object_writer fields(to);
    fields.text("node", node.name);
    fields.text("state", to_string(node.state));
    if (node.since)
        fields.text("since", format_timestamp(*node.since));
    if (node.state == node_state::open)
        fields.text("why", node.why);
    if (node.next_probe_in)
        fields.number("next_probe_in_ms", node.next_probe_in->count());
    fields.end();
}

} // namespace jobwatch
