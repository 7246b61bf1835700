"""Reports and follows through Open311 GeoReport v2 with the client library `three`, unmodified.

three 0.8.0 was written for Python 2; the one thing that Python 3 lacks of it is put back before the import.
Usage: open311.py ENDPOINT
"""

import itertools
import sys

itertools.ifilter = filter

from three import Three  # noqa: E402


def check(holds, what, shown=None):
    if not holds:
        sys.exit(f"FAILED {what}: {shown!r}")
    print(f"ok {what}")


def main(endpoint):
    client = Three(endpoint)

    discovery = client.discovery()
    formats = {f for e in discovery.get("endpoints", []) for f in e.get("formats", [])}
    check({"text/xml", "application/json"} <= formats, "discovery names XML and JSON", discovery)

    services = client.services()
    check(isinstance(services, list) and services, "services is a bare array", services)
    missing = [k for k in ("service_code", "service_name", "metadata", "type") if k not in services[0]]
    check(not missing, "a service has the fields of the specification", missing)
    with_form = [s for s in services if str(s["metadata"]).lower() == "true"]
    for service in with_form[:3]:
        definition = client.services(service["service_code"])
        check("attributes" in definition, f"definition of {service['service_code']}", definition)

    plain = next((s for s in services if s not in with_form), services[0])["service_code"]
    words = "演示：路口的路灯不亮了，晚上看不清路"
    posted = client.post(plain, address="演示地址", lat="28.5565", long="112.3740", name="演示 居民", phone="17920000001", description=words)
    check(isinstance(posted, list) and len(posted) == 1, "a report is answered with one element", posted)
    number = posted[0].get("service_request_id")
    if not number:
        number = client.token(posted[0]["token"])[0]["service_request_id"]
    check(number, "the report has a number", posted)

    followed = client.request(number)
    check(isinstance(followed, list) and len(followed) == 1, "it can be followed by its number", followed)
    check(followed[0]["status"] == "open" and followed[0]["service_code"] == plain, "it is open, of that service", followed)

    listed = client.requests(plain, count=50)
    check(isinstance(listed, list) and len(listed) <= 50, "the list keeps to its page", len(listed))
    check(all(r["service_code"] == plain for r in listed), "the list keeps to its service")

    wrong = client.post("no-such-service", address="演示地址", description=words)
    status = client.post_response.status_code
    check(status in (400, 404) and "description" in wrong[0], "an unknown service is refused with a reason", (status, wrong))


main(sys.argv[1])
