import { guarded, hidden, type Planted } from "./plant.ts";

/** Violations of the rules in delivery.ts. */
export const againstDelivery: readonly Planted[] = [
  {
    rule: "narrowDelivery",
    what: "CloudFront without TLS",
    settings: hidden,
    plant: (t) => {
      t.set(
        "DeliveryDistribution",
        "DistributionConfig.DefaultCacheBehavior.ViewerProtocolPolicy",
        "allow-all",
      );
    },
    says: /answers without TLS/,
  },
  {
    rule: "narrowDelivery",
    what: "CloudFront in front of uploads",
    settings: hidden,
    plant: (t) => {
      const name = { "Fn::GetAtt": [t.reference("BucketsUploads").Ref, "RegionalDomainName"] };
      t.set("DeliveryDistribution", "DistributionConfig.Origins.0.DomainName", name);
    },
    says: /reads <BucketsUploads\.RegionalDomainName>/,
  },
  {
    rule: "narrowDelivery",
    what: "the viewer's files without access control",
    settings: guarded,
    plant: (t) =>
      t.set("DeliveryDistribution", "DistributionConfig.Origins.1.OriginAccessControlId", undefined),
    says: /reads <ViewerFiles\.RegionalDomainName>, or without/,
  },
  {
    rule: "narrowDelivery",
    what: "uploads through CloudFront",
    settings: guarded,
    plant: (t) =>
      t.set("DeliveryDistribution", "DistributionConfig.CacheBehaviors.0.AllowedMethods", ["GET", "PUT"]),
    says: /takes PUT/,
  },
  {
    rule: "readersAsked",
    what: "the viewer's path asks nobody",
    settings: guarded,
    plant: (t) =>
      t.set("DeliveryDistribution", "DistributionConfig.CacheBehaviors.0.FunctionAssociations", undefined),
    says: /a path that does not ask/,
  },
  {
    rule: "readersAsked",
    what: "the data are asked for only on the way back",
    settings: guarded,
    plant: (t) => {
      const at = "DistributionConfig.DefaultCacheBehavior.FunctionAssociations.0.EventType";
      t.set("DeliveryDistribution", at, "viewer-response");
    },
    says: /a path that does not ask/,
  },
  {
    rule: "readersAsked",
    what: "a function that lets everyone in",
    settings: guarded,
    plant: (t) => t.set("DeliveryEdgeFunction", "FunctionCode", "const readers = null;"),
    says: /DeliveryEdgeFunction does not know the readers/,
  },
  {
    rule: "readersAsked",
    what: "CORS",
    settings: guarded,
    plant: (t) => t.set("BucketsOutput", "CorsConfiguration", {}),
    says: /BucketsOutput lets other origins read/,
  },
];
