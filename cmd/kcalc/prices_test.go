package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// offerFile is AWS's offer file for us-east-1, us-west-2 and eu-west-1, as the
// tests of calc/cost/price make it.
const offerFile = "../../calc/cost/price/testdata/offer.json"

// session runs the program and returns what it writes.
func session(ctx context.Context, args ...string) (code int, out, complaints string) {
	var o, e bytes.Buffer
	code = run(ctx, streams{strings.NewReader(""), &o, &e}, args)
	return code, o.String(), e.String()
}

// offers serves an offer file of AWS's shape under the paths that AWS has, and
// files that are none. It returns its address, and makes a configuration folder
// that is empty.
func offers(t *testing.T) (address, config string) {
	t.Helper()
	text, err := os.ReadFile(offerFile)
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	for path, handler := range map[string]http.HandlerFunc{
		"/offers/v1.0/aws/AmazonKinesis/current/{region}/index.json": func(w http.ResponseWriter,
			_ *http.Request) {
			w.Write(text)
		},
		"/half/us-east-1": func(w http.ResponseWriter, _ *http.Request) { w.Write(text) }, // and us-west-2 is not found
		"/cut":            func(w http.ResponseWriter, _ *http.Request) { w.Write(text[:len(text)/2]) },
		"/page":           func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("<html>")) },
		"/empty":          func(http.ResponseWriter, *http.Request) {},
		"/negative": func(w http.ResponseWriter, _ *http.Request) {
			w.Write(bytes.Replace(text, []byte(`"0.0150000000"`), []byte(`"-0.015"`), 1))
		},
		"/other": func(w http.ResponseWriter, _ *http.Request) {
			w.Write(bytes.Replace(text, []byte(`"AmazonKinesis"`), []byte(`"AmazonS3"`), 1))
		},
		"/away": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://192.0.2.1/", http.StatusFound)
		},
		"/huge": func(w http.ResponseWriter, _ *http.Request) { w.Write(bytes.Repeat([]byte(" "), 17<<20)) },
		"/hang": func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
	} {
		mux.HandleFunc(path, handler)
	}
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	config = t.TempDir()
	t.Setenv("XDG_CONFIG_HOME", config)
	return server.URL, config
}

// offerPath is where AWS has the offer file of a Region.
const offerPath = "/offers/v1.0/aws/AmazonKinesis/current/{region}/index.json"

// An update makes a price file in the configuration folder that list, diff and
// whatever needs a price then use; a second one keeps the Regions of the first.
func TestPricesUpdate(t *testing.T) {
	server, config := offers(t)
	file := filepath.Join(config, "kcalc", "prices.csv")
	code, out, notes := session(t.Context(), "prices", "update", "--region", "us-west-2,eu-west-1,us-west-2",
		"--offer-url", server+offerPath)
	if want := "us-west-2: prices of 19 of 20 cost lines, as of 2026-09-23\neu-west-1: prices of 19 of 20 cost lines, " +
		"as of 2026-09-23\n" + file + ": written\n"; code != 0 || out != want {
		t.Fatalf("exit code %d\n%s%s", code, out, notes)
	}
	for _, want := range []string{
		`note: us-west-2: not used: SKU "2000000000000020", usagetype "USW2-On-demand-Advantage-Channel-ProcessedBytes-S3TablesDestination", operation "ChannelDelivery": no cost line is called so` + "\n",
		"note: eu-west-1: not in the offer file: shard-level-metrics (provisioned), still missing\n",
	} {
		if !strings.Contains(notes, want) {
			t.Errorf("%q is not in\n%s", want, notes)
		}
	}
	if code, out, notes := session(t.Context(), "prices", "update", "--region", "us-east-1", "--offer-url",
		server+offerPath); code != 0 || !strings.Contains(notes, "shard-level-metrics (provisioned), known as of 2026\n") {
		t.Fatalf("exit code %d\n%s%s", code, out, notes)
	}
	for region, source := range map[string]string{"us-east-1": server, "us-west-2": server, "eu-west-1": server,
		"ap-south-1": "https://b0.p.awsstatic.com/pricing"} {
		if got := priceOf(t, region, "shard-hours"); !strings.HasPrefix(got.Source, source) {
			t.Errorf("%s: %+v", region, got)
		}
	}
	if got := priceOf(t, "us-east-1", "efo-consumer-shard-hours"); got.USD != "0.0150000001" || got.AsOf != "2026-09-23" {
		t.Errorf("%+v", got)
	}
	code, out, _ = session(t.Context(), "prices", "diff", "-o", "csv")
	if want := "changed,us-east-1,provisioned,efo-consumer-shard-hours,0,consumer-shard-hour,0.015,0.0150000001,"; code != 0 ||
		!strings.Contains(out, "\n"+want) ||
		strings.Contains(out, "removed") {
		t.Errorf("exit code %d, want %s in\n%s", code, want, out)
	}
}

type listedPrice struct {
	Region, Mode, Line, Source string
	USD                        string `json:"price_usd"`
	AsOf                       string `json:"as_of"`
}

// priceOf is the price of a line of a provisioned stream that kcalc uses.
func priceOf(t *testing.T, region, line string, flags ...string) listedPrice {
	t.Helper()
	code, out, complaints := session(t.Context(),
		append([]string{"prices", "list", "-o", "json", "--region", region}, flags...)...)
	var list struct {
		Schema string
		Prices []listedPrice
	}
	if err := json.Unmarshal([]byte(out), &list); err != nil || code != 0 || list.Schema != "kcalc.prices/v1" {
		t.Fatalf("exit code %d, %v, %s", code, err, complaints)
	}
	for _, p := range list.Prices {
		if p.Region == region && p.Mode == "provisioned" && p.Line == line {
			return p
		}
	}
	return listedPrice{}
}

// What cannot be taken leaves the file that is there as it was, and nothing
// beside it; where there is none, none comes to be, nor a folder.
func TestRefusedUpdates(t *testing.T) {
	server, config := offers(t)
	old := filepath.Join(t.TempDir(), "prices.csv")
	text := "region,mode,line,above,unit,price_usd,as_of,confidence,source\nus-east-1,provisioned,shard-hours,0,shard-hour,0.01,2026,medium,contract\n"
	if err := os.WriteFile(old, []byte(text), 0o640); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		"/cut": "cut short", "/page": "a page in HTML", "/empty": "but empty", "/negative": `price "-0.015"`,
		"/other": `offerCode is "AmazonS3"`,
		"/away":  `redirected to "http://192.0.2.1/"`, "/huge": "too large", "/hang": "deadline exceeded",
		"/missing":       "404 Not Found",
		"/half/{region}": "404 Not Found",
	} {
		ctx, cancel := context.WithCancel(t.Context())
		if path == "/hang" {
			ctx, cancel = context.WithTimeout(ctx, 200*time.Millisecond)
		}
		for _, flags := range [][]string{{"--prices", old}, nil} {
			code, out, complaints := session(ctx, append([]string{"prices", "update", "--region", "us-east-1,us-west-2",
				"--offer-url", server + path}, flags...)...)
			if code != exitFailed || out != "" || !strings.HasPrefix(complaints, "kcalc: "+server) ||
				!strings.Contains(complaints, want) {
				t.Errorf("%s: exit code %d, want %q\n%s%s", path, code, want, out, complaints)
			}
		}
		cancel()
	}
	if got, err := os.ReadFile(old); err != nil || string(got) != text {
		t.Errorf("the old file: %v\n%s", err, got)
	}
	for _, folder := range []string{filepath.Dir(old), config} {
		entries, err := os.ReadDir(folder)
		if err != nil || len(entries) > 1 || folder == config && len(entries) > 0 {
			t.Errorf("%s: %v, %v", folder, entries, err)
		}
	}
}

// The file of --prices lies over that of the configuration folder, and that over
// the catalogue that is built in.
func TestLoadPrices(t *testing.T) {
	_, config := offers(t)
	write := func(file, price string) string {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		text := "region,mode,line,above,unit,price_usd,as_of,confidence,source\nus-east-1,provisioned,shard-hours,0,shard-hour," + price + ",2026,medium,contract\n"
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	check := func(want string, flags ...string) {
		t.Helper()
		if got := priceOf(t, "us-east-1", "shard-hours", flags...); got.USD != want {
			t.Errorf("%v: %+v, want %s", flags, got, want)
		}
		if got := priceOf(t, "us-east-1", "efo-data", flags...); got.USD != "0.013" {
			t.Errorf("%v: %+v", flags, got)
		}
	}
	given := write(filepath.Join(t.TempDir(), "given.csv"), "0.011")
	check("0.015")
	check("0.011", "--prices", given)
	write(filepath.Join(config, "kcalc", "prices.csv"), "0.012")
	check("0.012")
	check("0.011", "--prices", given)

	home := t.TempDir()
	t.Setenv("XDG_CONFIG_HOME", "relative") // which does not count
	t.Setenv("HOME", home)
	check("0.015")
	write(filepath.Join(home, ".config", "kcalc", "prices.csv"), "0.014")
	check("0.014")
	t.Setenv("HOME", given) // a file, with no folder in it
	check("0.015")
	t.Setenv("HOME", "")
	check("0.015")
	if code, _, complaints := session(t.Context(), "prices", "update", "--region", "us-east-1", "--from-file",
		offerFile); code != exitFailed || !strings.Contains(complaints, "neither XDG_CONFIG_HOME nor HOME is set") {
		t.Errorf("exit code %d, %s", code, complaints)
	}
}

// The new file has the mode of the old one, and goes where a link leads; what is
// no file is not replaced.
func TestWriteWhole(t *testing.T) {
	offers(t)
	folder := t.TempDir()
	file, link := filepath.Join(folder, "prices.csv"), filepath.Join(folder, "link.csv")
	if err := os.Symlink("prices.csv", link); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte("region,mode,line,above,unit,price_usd,as_of,confidence,source\n"),
		0o640); err != nil {
		t.Fatal(err)
	}
	update := func(to string) (int, string) {
		code, _, complaints := session(t.Context(), "prices", "update", "--region", "us-east-1", "--from-file", offerFile,
			"--prices", to)
		return code, complaints
	}
	if code, complaints := update(link); code != 0 {
		t.Fatal(complaints)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode().Type() != fs.ModeSymlink {
		t.Errorf("the link is %v, %v", info, err)
	}
	if info, err := os.Stat(file); err != nil || info.Mode() != 0o640 || info.Size() < 1000 {
		t.Errorf("the file is %v, %v", info, err)
	}
	for _, to := range []string{folder, filepath.Join(file, "below.csv")} {
		if code, complaints := update(to); code == 0 || !strings.HasPrefix(complaints, "kcalc: "+to) {
			t.Errorf("%s: exit code %d, %s", to, code, complaints)
		}
	}
	before, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	full := errors.New("disk full")
	to, err := findTarget(file)
	if err == nil {
		err = to.write(t.Context(), func(w io.Writer) error {
			w.Write([]byte("half"))
			return full
		})
	}
	if !errors.Is(err, full) {
		t.Error(err)
	}
	if after, err := os.ReadFile(file); err != nil || !bytes.Equal(before, after) {
		t.Errorf("the file has changed, %v", err)
	}
	if entries, err := os.ReadDir(folder); err != nil || len(entries) != 2 {
		t.Errorf("%v, %v", entries, err)
	}
}

// pageText is the data of AWS's pricing page with the prices that are built in, under AWS's
// names and keys, of two Regions.
func pageText(t *testing.T) []byte {
	t.Helper()
	regions := map[string]any{}
	for name, prices := range map[string][]string{
		"EU (Ireland)": {"0.017", "0.0000000165", "0.022", "0.0253", "0.0235", "0.017", "0.0148", "0.044", "0.088", "0.044",
			"0.055", "0.11", "0.0253", "0.0352", "0.0176", "0.0253"},
		"US West (Oregon)": {"0.0151", "0.000000014", "0.02", "0.023", "0.021", "0.015", "0.013", "0.04", "0.08", "0.04",
			"0.05", "0.10", "0.023", "0.032", "0.016", "0.023"},
		"The Moon": {"1", "1", "1", "1", "1", "1", "1", "1", "1", "1", "1", "1", "1", "1", "1", "1"},
	} {
		list := map[string]any{}
		for i, keys := range []string{"Provisioned shard hour per ShardHour", "Payload Units per PutRequest",
			"Addon shard hour per ShardHour", "Long term Data Retention GB-month per GB-month", "Long term Data Retrieval GB per GB",
			"Enhanced fan out per ConsumerShardHour", "Enhanced fan out GB of data retrieved per GB",
			"OnDemandStreamHr per StreamHr", "OnDemandDataIngested per GB", "OnDemandDataRetrieval per GB",
			"OnDemandEFODataRetrieval per GB", "OnDemandExtendedRetentionByteHrs per GB month",
			"OnDemandLongTermRetentionByteHrs per GB month",
			"Ifo3UgCKhx4Owawd2AjasF4Pn2EHcO-1yPBgqQ4LitU vhTGnbyu8SLTUVWUgNbencLSI9L2fPprK3_1FuUoBkU",
			"D_p6yHPVBVKld0s7pDu3pw0e67EX66s5FUYGiVpcC0w KuLCbCglK17_r1TzAxs6FMtv_sUUoHEd5AbTfFb2YS0 " +
				"T6YFe03LpB5Vm6xmauJsqSF_p8suXXwVpIzzLXMFcxQ",
			"Jiaji9dJjSjQNachq8G8pJ9V_ne_Abg2L18k87VatAI oQlE3GXZq09Mw4KBCogHCQueFsZcBRPMDtBPKiUwdzU"} {
			names := []string{keys}
			if i > 12 {
				names = strings.Fields(keys)
			}
			for _, name := range names {
				list[name] = map[string]string{"price": prices[i]}
			}
		}
		regions[name] = list
	}
	data, err := json.Marshal(map[string]any{"manifest": map[string]string{"serviceId": "kinesis", "currencyCode": "USD",
		"hawkFilePublicationDate": "2026-11-20T22:26:48Z"}, "regions": regions})
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// The pricing page has all Regions in one request. An update takes it where the offer file
// cannot be read, and from a file; without either it says what to save.
func TestPricesUpdateFromThePricingPage(t *testing.T) {
	server, config := offers(t)
	requests := 0
	page := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		requests++
		w.Write(pageText(t))
	}))
	t.Cleanup(page.Close)
	file := filepath.Join(config, "kcalc", "prices.csv")
	code, out, notes := session(t.Context(), "prices", "update", "--source", "pricing-page", "--page-url", page.URL)
	if want := "eu-west-1: prices of 19 of 20 cost lines, as of 2026-11-20\nus-west-2: prices of 19 of 20 cost lines, as of " +
		"2026-11-20\n" + file + ": written\n"; code != 0 || out != want || requests != 1 ||
		!strings.Contains(notes, "note: not used: the Region The Moon, whose code is not known\n") {
		t.Fatalf("exit code %d, %d requests\n%s%s", code, requests, out, notes)
	}
	if got := priceOf(t, "us-west-2", "shard-hours"); got.USD != "0.0151" || got.Source != page.URL {
		t.Errorf("%+v", got)
	}
	if code, out, _ := session(t.Context(), "prices", "update", "--source", "pricing-page", "--region", "eu-west-1",
		"--page-url", page.URL); code != 0 || strings.Contains(out, "us-west-2") {
		t.Errorf("exit code %d\n%s", code, out)
	}
	code, out, notes = session(t.Context(), "prices", "update", "--region", "us-west-2,eu-west-1", "--offer-url",
		server+"/missing", "--page-url", page.URL)
	if code != 0 || !strings.Contains(out, "us-west-2: prices of 19 of 20") || !strings.Contains(out, "eu-west-1: prices of 19") ||
		!strings.Contains(notes, "404 Not Found\"; prices are those of the pricing page") {
		t.Errorf("exit code %d\n%s%s", code, out, notes)
	}
	saved := filepath.Join(t.TempDir(), "kinesis.json")
	if err := os.WriteFile(saved, pageText(t), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, out, complaints := session(t.Context(), "prices", "update", "--region", "eu-west-1", "--from-file",
		saved); code != 0 || !strings.Contains(out, "eu-west-1: prices of 19 of 20") {
		t.Errorf("exit code %d\n%s%s", code, out, complaints)
	}
	code, _, complaints := session(t.Context(), "prices", "update", "--region", "eu-west-1", "--offer-url",
		server+"/missing", "--page-url", server+"/missing")
	if code != 1 || strings.Count(complaints, "404 Not Found") != 2 ||
		!strings.Contains(complaints, "save https://b0.p.awsstatic.com/pricing/2.0/meteredUnitMaps/kinesis/USD/current/kinesis.json elsewhere") {
		t.Errorf("exit code %d\n%s", code, complaints)
	}
	for _, c := range []struct{ flags, want string }{
		{"--source pricing-pag", "unknown source, did you mean pricing-page?"},
		{"--source offer-file", "--region: missing"},
		{"--region us-east-1 --page-url http://example.com", "--page-url: "},
		{"--region us-east-1 --from-file x --page-url " + page.URL, "only one of the two"},
		{"--region us-east-1 --source pricing-page --page-url " + page.URL, "no prices of us-east-1"},
	} {
		if code, _, complaints := session(t.Context(),
			append([]string{"prices", "update"}, strings.Fields(c.flags)...)...); code == 0 || !strings.Contains(complaints, c.want) {
			t.Errorf("%s: exit code %d, want %q\n%s", c.flags, code, c.want, complaints)
		}
	}
}
