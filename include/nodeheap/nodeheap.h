// nodeheap: reads the memory of Node.js processes from dumps.
//
//   Session    opens a dump and keeps what was computed of it     session.h
//   RunQuery   asks one of Queries() and returns a Report         query.h, report.h
//   Formats    turn a Report into text, JSON, CSV, Markdown       render.h
//
// For programs that want the heap itself: HeapGraph (graph.h), LoadSnapshot (snapshot.h), and
// Analyze with its results (analysis.h). Errors are values (result.h).
#pragma once

#include "nodeheap/analysis.h"
#include "nodeheap/graph.h"
#include "nodeheap/health.h"
#include "nodeheap/layout.h"
#include "nodeheap/progress.h"
#include "nodeheap/query.h"
#include "nodeheap/render.h"
#include "nodeheap/report.h"
#include "nodeheap/result.h"
#include "nodeheap/session.h"
#include "nodeheap/snapshot.h"
