// Asks CloudWatch with the AWS SDK for JavaScript, in the protocol of the one for
// Go: reads {"endpoint", "input"} from standard input, writes {"pages"}, or
// {"error"}, to standard output.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const require = createRequire(join(process.env.KCALC_TEST_NODE_MODULES, "second-client.cjs"));
const { CloudWatchClient, GetMetricDataCommand } = require("@aws-sdk/client-cloudwatch");
const { AwsSmithyRpcV2CborProtocol } = require("@aws-sdk/core/protocols");

const { endpoint, input } = JSON.parse(readFileSync(0, "utf8"));
const client = new CloudWatchClient({
  endpoint,
  region: "us-east-1",
  credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" },
  protocol: AwsSmithyRpcV2CborProtocol,
  maxAttempts: 1,
});
input.StartTime = new Date(input.StartTime);
input.EndTime = new Date(input.EndTime);

const pages = [];
try {
  do {
    const page = await client.send(new GetMetricDataCommand(input));
    pages.push(
      page.MetricDataResults.map((r) => ({
        id: r.Id,
        label: r.Label,
        status: r.StatusCode,
        times: r.Timestamps.map((t) => t.toISOString()),
        values: r.Values,
      })),
    );
    input.NextToken = page.NextToken;
  } while (input.NextToken);
  console.log(JSON.stringify({ pages }));
} catch (error) {
  console.log(JSON.stringify({ error: { code: error.Error?.Code ?? error.name, status: error.$metadata?.httpStatusCode, message: error.message } }));
}
