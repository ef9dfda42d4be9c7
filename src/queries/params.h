// Parameters that several queries take.
#pragma once

#include "nodeheap/query.h"

namespace nodeheap {

// The one object a query is about.
inline constexpr Param kNodeParam = {.name = "node",
                                     .kind = ParamKind::kNode,
                                     .positional = true,
                                     .required = true,
                                     .placeholder = "NODE",
                                     .help = "an id as DevTools shows it, such as @123"};

// The frame that gives names their meaning.
inline constexpr Param kFrameParam = {
    .name = "frame",
    .short_name = 'f',
    .kind = ParamKind::kInteger,
    .placeholder = "N",
    .help = "a frame by the number that bt gives it; without it, the innermost of JavaScript"};
inline constexpr Param kThreadParam = {
    .name = "thread",
    .kind = ParamKind::kInteger,
    .placeholder = "ID",
    .help = "the thread of the frame; without it, the one that was stopped"};

// How objects are shown with their properties.
inline constexpr Param kLengthParam = {.name = "length",
                                       .short_name = 'l',
                                       .kind = ParamKind::kInteger,
                                       .placeholder = "N",
                                       .help = "show at most N properties of each object; 0: all",
                                       .default_value = "16"};
inline constexpr Param kFullStringParam = {.name = "full-string",
                                           .short_name = 'F',
                                           .kind = ParamKind::kFlag,
                                           .help = "cut no string (cores)"};
inline constexpr Param kPrintMapParam = {.name = "print-map",
                                         .short_name = 'm',
                                         .kind = ParamKind::kFlag,
                                         .help = "show the hidden class of each object (cores)"};

// Where a tree starts.
inline constexpr Param kStartParam = {.name = "node",
                                      .kind = ParamKind::kNode,
                                      .positional = true,
                                      .placeholder = "NODE",
                                      .help = "where to start, such as @123; without it, the root"};

// How much of a tree is shown.
inline constexpr Param kTreeLimitParam = {.name = "limit",
                                          .kind = ParamKind::kInteger,
                                          .placeholder = "N",
                                          .help = "show at most N rows; 0: all",
                                          .default_value = "5000"};

// Of tables that are short.
inline constexpr Param kNoLimitParam = {.name = "limit",
                                        .kind = ParamKind::kInteger,
                                        .placeholder = "N",
                                        .help = "show at most N rows of a table; 0: all (default)",
                                        .default_value = "0"};

inline constexpr Param kUnreachableParam = {
    .name = "unreachable",
    .short_name = 'u',
    .kind = ParamKind::kFlag,
    .help = "the garbage that was not collected yet instead of what lives (cores)"};
inline constexpr std::string_view kUnreachableNote =
    "These are garbage: nothing refers to them from outside.";

}  // namespace nodeheap
