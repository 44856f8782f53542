// The deliveries among the faults, from the JSON object that a person wrote.
#pragma once

#include "delivery.hpp"
#include "json_fields.hpp"

#include <array>
#include <string_view>

namespace jobwatch::simulator
{

constexpr std::array<std::string_view, 11> delivery_words{"reset",      "close",    "never", "trickle",
                                                          "big_header", "big_body", "gzip",  "wrong_length",
                                                          "garbage",    "extra",    "http10"};

// `word`: one of these; anything else gives a delivery that means nothing.
delivery read_delivery(json_fields& from, std::string_view word);

} // namespace jobwatch::simulator
