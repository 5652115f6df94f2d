package app

import (
	"errors"
	"strconv"
	"sync"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/peikao/peikao/internal/platform/httpx"
)

// metrics are the figures of this process: requests by route, the database's connections, memory and goroutines.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.HistogramVec
	series   sync.Map // answered → prometheus.Observer, so that a request need not look its labels up
}

// answered is one series of the requests.
type answered struct {
	method, route string
	status        int
}

func (m *metrics) of(a answered) prometheus.Observer {
	if o, ok := m.series.Load(a); ok {
		return o.(prometheus.Observer)
	}
	o := m.requests.WithLabelValues(a.method, a.route, strconv.Itoa(a.status))
	m.series.Store(a, o)
	return o
}

func (a *App) newMetrics() *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "peikao_request_seconds", Help: "Time of a request by route and status.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5},
		}, []string{"method", "route", "status"}),
	}
	m.registry.MustRegister(m.requests, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		collectors.NewDBStatsCollector(a.DB.SQL(), "main"),
		prometheus.NewCounterFunc(prometheus.CounterOpts{
			Name: "peikao_sql_statements_total", Help: "Statements sent to the database, without those of audit and queue.",
		}, func() float64 { return float64(a.DB.Statements()) }),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "peikao_database_silent", Help: "1 while the database does not answer and requests are told to come again.",
		}, func() float64 {
			if a.DB.Silent() {
				return 1
			}
			return 0
		}),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "peikao_recount_disagreements", Help: "Stored results, appraisal facts and entries of points and pay that this process's newest recount came to otherwise.",
		}, func() float64 { return float64(a.disagreements.Load()) }),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "peikao_disk_used_ratio", Help: "Share of the data directory's disk that is taken, 0 to 1; 0 where the database is external.",
		}, a.disk.Used),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "peikao_wal_disk_used_ratio", Help: "Share of the write-ahead log's own volume that is taken, 0 to 1; 0 where it has none.",
		}, a.logDisk.Used),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "peikao_archive_lag_seconds", Help: "Work that would be lost with the data directory now; 0 where no archive is kept.",
		}, func() float64 { return a.keeper.Lag().Seconds() }),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "peikao_backup_age_seconds", Help: "Age of the newest nightly backup; 0 where none is made.",
		}, a.keeper.age),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "peikao_restore_drill_failed", Help: "1 when the last restore drill failed.",
		}, a.keeper.drillFailed),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "peikao_restore_drill_age_seconds", Help: "Time since the last restore drill; 0 before the first.",
		}, a.keeper.drillAge))
	return m
}

// observe times each request. The route is the table's, so that an address with an id is one line and not many.
func (m *metrics) observe(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		begin := time.Now()
		err := next(c)
		status := c.Response().Status
		if err != nil && !c.Response().Committed {
			status = httpx.Status(err)
			var h *echo.HTTPError
			if errors.As(err, &h) {
				status = h.Code
			}
		}
		m.of(answered{c.Request().Method, c.Path(), status}).Observe(time.Since(begin).Seconds())
		return err
	}
}

func (m *metrics) handler() echo.HandlerFunc {
	return echo.WrapHandler(promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{}))
}
