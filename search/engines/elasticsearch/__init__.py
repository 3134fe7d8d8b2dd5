"""The production engine: an Elasticsearch cluster, through the official client."""

from search.engines.elasticsearch.engine import ElasticsearchEngine

__all__ = ["ElasticsearchEngine"]
